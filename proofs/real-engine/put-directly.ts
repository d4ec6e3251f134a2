import {
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { exact } from '../simulation/exact';
import type { EngineWorld } from './engine-world';
import { newUsage, users, type Reported } from './some-usage';

const HOUR_MS = 3_600_000;
const RETENTION_SECONDS = 90 * 86_400;

type Item = Record<string, AttributeValue>;

/** An application in the account puts the documented item itself, on the documented condition. */
export async function putDirectly(world: EngineWorld): Promise<void> {
  const count = world.dice.between(1, 6);
  for (let n = 0; n < count; n += 1) {
    const event = newUsage(world);
    if (event === undefined) return;
    await put(world, event.pk, itemOf(world, event));
    const { pk, dimension, quantityText, timeMs, tags, isUsage } = event;
    if (isUsage) world.books.used.set(pk, { dimension, quantity: exact(quantityText), timeMs, tags });
    else world.books.notUsage.add(pk);
    world.count('directPut');
  }
  world.tell(`  put ${count}`);
}

/** Ways to put an item that cannot be usage. */
const MISTAKES: readonly ((item: Item) => Item)[] = [
  (item) => ({ ...item, quantity: { S: 'many' } }),
  (item) => ({ ...item, quantity: { N: '-1' } }),
  (item) => ({ ...item, quantity: { N: '2147483648' } }),
  (item) => ({ ...item, quantity: { N: '0.0000000000000000001' } }),
  (item) => ({ ...item, receivedAt: { S: 'yesterday' } }),
  (item) => ({ ...item, subscriptionId: { N: '7' } }),
  (item) => ({ ...item, tags: { L: [{ S: 'Department' }] } }),
  (item) => ({ ...item, id: { S: 'another' } }),
  (item) => ({ ...item, dimension: { NULL: true } }),
  (item) => ({ ...item, time: { S: '2020-01-01T00:00:00Z' } }),
];

export async function putMalformed(world: EngineWorld): Promise<void> {
  const event = newUsage(world);
  if (event === undefined) return;
  const item = world.dice.pick(MISTAKES)(itemOf(world, { ...event, timeMs: world.clock.now() }));
  world.books.notUsage.add(event.pk);
  await put(world, event.pk, item);
  world.count('malformedPut');
  world.tell(`  put ${JSON.stringify(item).slice(0, 200)}`);
}

/** An application writes over an event without the condition: the first version stays the billed one. */
export async function overwrite(world: EngineWorld): Promise<void> {
  const { dice, books, client, stack, firstImages } = world;
  const own = new Set(users(world).map(({ subscriptionId }) => subscriptionId));
  const recent = [...books.used.keys()].slice(-40);
  const pk = dice.pickMaybe(recent.filter((each) => !books.overwritten.has(each) && own.has(each.split('#')[0] ?? '')));
  if (pk === undefined) return;
  const TableName = stack.table('usage-events');
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: { pk: { S: pk } }, ConsistentRead: true }));
  if (Item === undefined)
    return world.violate({ invariant: 'answered', what: `${pk} was accepted, but is not stored` });
  firstImages.set(pk, Item);
  books.overwritten.add(pk);
  const timeMs = (books.used.get(pk)?.timeMs ?? 0) - (dice.chance(0.3) ? HOUR_MS : 0);
  const changes: Item = { quantity: { N: `${1000 + dice.below(1000)}` }, time: { S: new Date(timeMs).toISOString() } };
  await client.send(new PutItemCommand({ TableName, Item: { ...Item, ...changes } }));
  world.count('overwritten');
  world.tell(`  ${pk} is written over: ${changes.quantity?.N}`);
}

function itemOf(world: EngineWorld, { pk, subscriptionId, id, dimension, quantityText, timeMs, tags }: Reported): Item {
  const nowMs = world.clock.now();
  const S = (text: string) => ({ S: text });
  return {
    ...{ pk: S(pk), subscriptionId: S(subscriptionId), source: S(''), id: S(id), dimension: S(dimension) },
    // A careless but harmless writer gives the quantity as text.
    quantity: world.dice.chance(0.3) ? S(quantityText) : { N: quantityText },
    ...{ time: S(new Date(timeMs).toISOString()), receivedAt: S(new Date(nowMs).toISOString()) },
    tags: { M: Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, S(value)])) },
    expiresAt: { N: String(Math.ceil(nowMs / 1000) + RETENTION_SECONDS) },
  };
}

async function put({ client, stack, violate }: EngineWorld, pk: string, Item: Item): Promise<void> {
  const TableName = stack.table('usage-events');
  const ConditionExpression = 'attribute_not_exists(pk)';
  await client.send(new PutItemCommand({ TableName, Item, ConditionExpression })).catch((error: unknown) => {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    violate({ invariant: 'noSurprise', what: `${pk} is stored, and nobody has put it` });
  });
}
