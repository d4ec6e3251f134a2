import { GetItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { toLambdaRecord, type LambdaStreamRecord } from '../../local/stack/stream-records';
import type { EngineWorld } from './engine-world';

const LARGEST_BATCH = 1000;

/** Some stored events are delivered again, cut as no delivery before; twice at once, overlapping. */
export async function redeliver(world: EngineWorld): Promise<void> {
  const { dice, books } = world;
  const keys = [...books.used.keys()].slice(-150);
  const from = dice.below(Math.max(1, keys.length));
  const records = await recordsOf(world, keys.slice(from, from + dice.between(1, 30)));
  if (records.length === 0) return;
  world.count('redelivered', records.length);
  const batches = [records];
  if (dice.chance(0.5) && records.length > 1) {
    batches.push(records.slice(dice.below(records.length - 1), records.length));
    world.count('deliveredTwice');
  }
  await deliver(world, batches);
}

/** What an operator does after a disaster: everything through the same function once more. */
export async function redriveAll(world: EngineWorld): Promise<void> {
  const records = await recordsOf(world, [...world.books.used.keys()]);
  for (let start = 0; start < records.length; start += LARGEST_BATCH)
    await deliver(world, [records.slice(start, start + LARGEST_BATCH)]);
  if (records.length > 0) world.count('redrivenAll');
}

async function deliver(world: EngineWorld, batches: readonly (readonly LambdaStreamRecord[])[]): Promise<void> {
  const results = await Promise.all(
    batches.map((Records) => world.stack.invoke('aggregate-usage', { Records: [...Records] })),
  );
  const words = results.map((result) => (result.ok ? JSON.stringify(result.payload) : result.errorType));
  world.tell(`  delivered again ${batches.map(({ length }) => length).join(' and ')}: ${words.join(' and ')}`);
}

async function recordsOf(world: EngineWorld, keys: readonly string[]): Promise<LambdaStreamRecord[]> {
  const { client, stack, firstImages } = world;
  const TableName = stack.table('usage-events');
  const images = await Promise.all(
    keys.map(async (pk) => {
      const first = firstImages.get(pk);
      if (first) return first;
      const { Item } = await client.send(
        new GetItemCommand({ TableName, Key: { pk: { S: pk } }, ConsistentRead: true }),
      );
      return Item;
    }),
  );
  return images.flatMap((image, n) => (image ? [recordOf(image, { sequence: n, readAtMs: world.clock.now() })] : []));
}

function recordOf(
  NewImage: Record<string, AttributeValue>,
  { sequence, readAtMs }: { sequence: number; readAtMs: number },
): LambdaStreamRecord {
  const Keys: Record<string, AttributeValue> = NewImage.pk ? { pk: NewImage.pk } : {};
  return toLambdaRecord(
    {
      eventID: `again-${sequence}`,
      eventName: 'INSERT',
      dynamodb: {
        Keys,
        NewImage,
        SequenceNumber: String(sequence + 1).padStart(21, '0'),
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    },
    { eventSourceArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/UsageEvents/stream/again', readAtMs },
  );
}
