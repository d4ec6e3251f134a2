import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { toVersion } from './report';
import type { Document } from './engine';
import { newEvent } from './some-event';
import type { World } from './world';
import { HOUR_MS } from './time';

/** An application in the account puts the documented item itself. */
export async function putDirectly(world: World): Promise<void> {
  const event = world.allows('directPut') ? newEvent(world) : undefined;
  // The same id from another source may have been reported without its source.
  if (event === undefined || world.books.events.has(event.pk)) return;
  const { pk, subscriptionId, source, id, dimension, quantityText, timeMs, tags } = event;
  const version = toVersion(world, event);
  world.books.report(pk, version);
  // A careless but harmless application writes the quantity as text.
  const quantity = world.dice.chance(0.3) ? quantityText : NumberValue.from(quantityText);
  const time = new Date(timeMs).toISOString();
  await world.engine.put({ pk, subscriptionId, source, id, dimension, quantity, time, tags, ...receipt(world) });
  world.engine.book(event, version, 'put');
  if (world.buyers.isUnmetered(subscriptionId)) world.count('unmeteredUsed', pk);
  world.count('directPut', pk);
}

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

export async function putMalformed(world: World): Promise<void> {
  const buyer = world.dice.pickMaybe(world.buyers.known);
  if (buyer === undefined || !world.allows('malformedPut')) return;
  world.ids += 1;
  const { subscriptionId } = buyer;
  const id = `m${world.ids}`;
  const pk = `${subscriptionId}##${id}`;
  const { receivedAt, expiresAt } = receipt(world);
  const quantity = NumberValue.from('3');
  const item = {
    pk,
    subscriptionId,
    source: '',
    id,
    dimension: 'd0',
    quantity,
    time: receivedAt,
    receivedAt,
    expiresAt,
  };
  const version = { dimension: 'd0', quantity: 0n, timeMs: 0, tags: {}, isUsage: false, isMalformed: true };
  world.books.report(pk, version);
  await world.engine.put(world.dice.pick(MISTAKES)(item));
  world.engine.book({ pk, subscriptionId }, version, 'put');
  world.count('malformedPut', pk);
}

/** An application overwrites a stored event: the first version is still the one that is billed. */
export async function overwrite(world: World): Promise<void> {
  const { dice, books, engine, settings } = world;
  const own = new Set(world.buyers.live.map(({ subscriptionId }) => subscriptionId));
  const candidates = world.reported.slice(-40).filter(({ pk, subscriptionId }) => {
    const event = books.events.get(pk);
    const isSafe = event?.isOverwritten === false && own.has(subscriptionId);
    return event?.version.isUsage === true && (isSafe || !settings.isCautious);
  });
  const event = books.events.get(dice.pickMaybe(candidates)?.pk ?? '');
  if (event === undefined || !world.allows('overwritten')) return;
  const item = await engine.stored(event.pk);
  if (item === undefined) return;
  event.isOverwritten = true;
  const time = dice.chance(0.3) ? new Date(event.version.timeMs - HOUR_MS).toISOString() : item.time;
  const quantity = NumberValue.from(String(dice.between(1000, 1999)));
  await engine.put({ ...item, quantity, time, note: String(dice.below(1e6)) }, item);
  world.count('overwritten', event.pk);
}

function receipt({ functionClock, settings }: World): { receivedAt: string; expiresAt: number } {
  const nowMs = functionClock.now();
  return {
    receivedAt: new Date(nowMs).toISOString(),
    expiresAt: Math.ceil(nowMs / 1000) + settings.eventRetentionDays * 86_400,
  };
}
