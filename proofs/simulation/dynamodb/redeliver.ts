import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { toLambdaRecord, type LambdaStreamRecord } from '../../../local/stack/stream-records';
import type { DynamoDbWorld } from './dynamodb-engine';

const LARGEST_BATCH = 1000;

/** Delivers some events again that the stream has delivered, in new and overlapping batches, twice at once. */
export async function redeliver(world: DynamoDbWorld): Promise<void> {
  const { dice } = world;
  const keys = keysOfUsage(world).slice(-150);
  const from = dice.below(Math.max(1, keys.length));
  const records = await recordsOf(world, keys.slice(from, from + dice.between(1, 30)));
  if (records.length === 0) return;
  world.addCount('redelivered', records.length);
  const batches = [records];
  if (dice.chance(0.5) && records.length > 1) {
    batches.push(records.slice(dice.below(records.length - 1), records.length));
    world.count('deliveredTwice');
  }
  await deliver(world, batches);
}

/** Checks what the stream has delivered so far, so that it may be delivered again. */
export async function checkAndRedeliver(world: DynamoDbWorld): Promise<void> {
  await world.engine.check({ isAtRest: false });
  await redeliver(world);
}

/** Delivers everything to the same function again, as an operator does after a disaster. Check what is stored first. */
export async function redriveAll(world: DynamoDbWorld): Promise<void> {
  const records = await recordsOf(world, keysOfUsage(world));
  for (let start = 0; start < records.length; start += LARGEST_BATCH)
    await deliver(world, [records.slice(start, start + LARGEST_BATCH)]);
  if (records.length > 0) world.count('redrivenAll');
}

function keysOfUsage({ books, engine }: DynamoDbWorld): string[] {
  return [...books.events.values()]
    .filter(({ pk, version }) => version.isUsage && engine.wasDelivered(pk))
    .map(({ pk }) => pk);
}

async function deliver(world: DynamoDbWorld, batches: readonly (readonly LambdaStreamRecord[])[]): Promise<void> {
  const results = await Promise.all(
    batches.map((Records) => world.engine.stack.invoke('aggregate-usage', { Records: [...Records] })),
  );
  const words = results.map((result) => (result.ok ? JSON.stringify(result.payload) : result.errorType));
  world.tell(`  delivered again ${batches.map(({ length }) => length).join(' and ')}: ${words.join(' and ')}`);
}

async function recordsOf(world: DynamoDbWorld, keys: readonly string[]): Promise<LambdaStreamRecord[]> {
  const { engine } = world;
  const images = await Promise.all(keys.map(async (pk) => engine.firstImages.get(pk) ?? engine.stored(pk)));
  return images.flatMap((image, n) =>
    image ? [recordOf(marshall(image), { sequence: n, readAtMs: world.timeline.nowMs })] : [],
  );
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
