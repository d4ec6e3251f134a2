import { ConditionalCheckFailedException, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { overwriteUsage, putUsage, usageItem, type UsageItem } from '../actors/put-usage';
import { exact } from '../simulation/exact';
import type { Reported } from './books';
import type { EngineWorld } from './engine-world';
import { newUsage, users } from './some-usage';

const HOUR_MS = 3_600_000;

/** An application in the account puts the documented item directly, on the documented condition. */
export async function putDirectly(world: EngineWorld): Promise<void> {
  const count = world.dice.between(1, 6);
  for (let n = 0; n < count; n += 1) {
    const event = newUsage(world);
    if (event === undefined) return;
    await put(world, event.pk, itemOf(world, event));
    const { pk, dimension, quantity, timeMs, tags, isUsage } = event;
    if (isUsage) world.books.used.set(pk, { dimension, quantity: exact(quantity), timeMs, tags });
    else world.books.notUsage.add(pk);
    world.count('directPut');
  }
  world.tell(`  put ${count}`);
}

/** Mistakes that make an item unusable. */
const MISTAKES: readonly ((item: UsageItem) => UsageItem)[] = [
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

/** An application replaces an event, without the condition. The first version stays the billed one. */
export async function overwrite(world: EngineWorld): Promise<void> {
  const { dice, books, client, usageEvents, firstImages } = world;
  const own = new Set(users(world).map(({ subscriptionId }) => subscriptionId));
  const recent = [...books.used.keys()].slice(-40);
  const pk = dice.pickMaybe(recent.filter((each) => !books.overwritten.has(each) && own.has(each.split('#')[0] ?? '')));
  if (pk === undefined) return;
  const TableName = usageEvents.tableName;
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: { pk: { S: pk } }, ConsistentRead: true }));
  if (Item === undefined)
    return world.violate({ invariant: 'answered', what: `${pk} was accepted, but is not stored` });
  firstImages.set(pk, Item);
  books.overwritten.add(pk);
  const timeMs = (books.used.get(pk)?.timeMs ?? 0) - (dice.chance(0.3) ? HOUR_MS : 0);
  const changes: UsageItem = {
    quantity: { N: `${1000 + dice.below(1000)}` },
    time: { S: new Date(timeMs).toISOString() },
  };
  await overwriteUsage(usageEvents, { ...Item, ...changes });
  world.count('overwritten');
  world.tell(`  ${pk} is written over: ${changes.quantity?.N}`);
}

function itemOf(world: EngineWorld, event: Reported): UsageItem {
  const item = usageItem(event, world.clock.now());
  // A careless but harmless application writes the quantity as text.
  return world.dice.chance(0.3) ? { ...item, quantity: { S: event.quantity } } : item;
}

async function put(world: EngineWorld, pk: string, item: UsageItem): Promise<void> {
  await putUsage(world.usageEvents, item).catch((error: unknown) => {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    world.violate({ invariant: 'noSurprise', what: `${pk} is stored, and nobody has put it` });
  });
}
