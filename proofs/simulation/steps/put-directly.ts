import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { exact } from '../exact';
import type { Task, World } from '../world';
import { someEvent, someQuantity } from './some-event';

const HOUR_MS = 3_600_000;

/** An application in the account puts the documented item itself. */
export function putDirectly(world: World): Task[] {
  const event = world.allows('directPut') ? someEvent(world) : undefined;
  if (event === undefined) return [];
  const { pk, subscriptionId, source, id, dimension, quantityText, timeMs, tags } = event;
  const receivedAtMs = world.functionClock.now();
  const isUsage = timeMs <= receivedAtMs + 300_000 && timeMs >= receivedAtMs - world.settings.latenessHours * HOUR_MS;
  world.books.report(pk, { dimension, quantity: exact(quantityText), timeMs, tags, isUsage });
  const time = new Date(timeMs).toISOString();
  // A careless but harmless writer gives the quantity as text.
  const quantity = world.dice.chance(0.3) ? quantityText : NumberValue.from(quantityText);
  const receivedAt = new Date(receivedAtMs).toISOString();
  const item = {
    pk,
    subscriptionId,
    source,
    id,
    dimension,
    quantity,
    time,
    receivedAt,
    tags,
    expiresAt: expiry(world),
  };
  if (world.books.events.has(pk)) return [];
  put(world, item);
  if (world.buyers.isUnmetered(subscriptionId)) world.count('unmeteredUsed', pk);
  world.count('directPut', pk);
  return [];
}

type Document = Record<string, unknown>;

/** Ways to put an item that cannot be usage. */
const MISTAKES: readonly ((item: Document) => Document)[] = [
  (item) => ({ ...item, quantity: 'many' }),
  (item) => ({ ...item, quantity: NumberValue.from('-1') }),
  (item) => ({ ...item, quantity: NumberValue.from('2147483648') }),
  (item) => ({ ...item, quantity: NumberValue.from('0.0000000000000000001') }),
  (item) => ({ ...item, time: undefined }),
  (item) => ({ ...item, receivedAt: 'yesterday' }),
  (item) => ({ ...item, subscriptionId: 7 }),
  (item) => ({ ...item, tags: ['Department'] }),
  (item) => ({ ...item, tags: { Department: '' } }),
  (item) => ({ ...item, id: 'another' }),
  (item) => ({ ...item, dimension: null }),
  (item) => ({ ...item, time: '2020-01-01T00:00:00Z' }),
];

export function putMalformed(world: World): Task[] {
  const buyer = world.dice.pickMaybe(world.buyers.known);
  if (buyer === undefined || !world.allows('malformedPut')) return [];
  world.ids += 1;
  const pk = `${buyer.subscriptionId}##m${world.ids}`;
  const time = new Date(world.functionClock.now()).toISOString();
  const item = {
    ...{ pk, subscriptionId: buyer.subscriptionId, source: '', id: `m${world.ids}`, dimension: 'd0' },
    ...{ quantity: NumberValue.from('3'), time, receivedAt: time, expiresAt: expiry(world) },
  };
  world.books.report(pk, { dimension: 'd0', quantity: 0n, timeMs: 0, tags: {}, isUsage: false, isMalformed: true });
  put(world, world.dice.pick(MISTAKES)(item));
  world.count('malformedPut', pk);
  return [];
}

/** An application writes over an event that is stored: the first version stays the billed one. */
export function overwrite(world: World): Task[] {
  const { dice, books, dynamoDb } = world;
  const reported = dice.pickMaybe(world.reported.slice(-40));
  const event = books.events.get(reported?.pk ?? '');
  const item = dynamoDb.table('usageEvents').get({ pk: event?.pk });
  if (event?.version.isUsage !== true || item === undefined || !world.allows('overwritten')) return [];
  event.isOverwritten = true;
  const isOtherHour = dice.chance(0.3);
  const time = isOtherHour ? new Date(event.version.timeMs - HOUR_MS).toISOString() : item.time;
  put(world, { ...item, quantity: NumberValue.from(`${someQuantity(world)}`), time, note: String(dice.below(1e6)) });
  const after = dynamoDb.table('usageEvents').get({ pk: event.pk });
  // The same quantity at the same time again is no other usage.
  if (String(after?.quantity) === String(item.quantity) && time === item.time) event.isMarkedOverwritten = true;
  world.count('overwritten', event.pk);
  return [];
}

function put(world: World, item: Document): void {
  world.dynamoDb.run(new PutCommand({ TableName: 'usageEvents', Item: item }));
}

function expiry({ functionClock, settings }: World): number {
  return Math.ceil(functionClock.now() / 1000) + settings.eventRetentionDays * 86_400;
}
