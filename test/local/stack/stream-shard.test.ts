import { DynamoDBStreamsClient, GetRecordsCommand } from '@aws-sdk/client-dynamodb-streams';
import { afterEach, describe, expect, it } from 'vitest';
import { ShardReader } from '../../../local/stack/stream-shard';
import { toLambdaRecord } from '../../../local/stack/stream-records';

const readers: ShardReader[] = [];
afterEach(() => {
  for (const reader of readers.splice(0)) reader.stop();
});

/** A reader of a shard whose changes are these sequence numbers. A read takes two of them. */
function givenReader(changes: string[], { tellsLength }: { tellsLength: boolean }) {
  const delivered: string[] = [];
  let reads = 0;
  const answer = async (command: unknown) => {
    if (!(command instanceof GetRecordsCommand)) return { ShardIterator: '0' };
    reads += 1;
    const place = Number(command.input.ShardIterator);
    const page = changes.slice(place, place + 2);
    return {
      Records: page.map((SequenceNumber) => ({ dynamodb: { SequenceNumber } })),
      NextShardIterator: String(place + page.length),
    };
  };
  const reader = new ShardReader({
    client: Object.assign(new DynamoDBStreamsClient({ region: 'us-east-1' }), { send: answer }),
    streamArn: 'stream',
    shardId: 'shard',
    startingPosition: 'TRIM_HORIZON',
    batching: () => ({ batchSize: 10, windowMs: 0 }),
    accept: (raw) => ({ record: toLambdaRecord(raw, { eventSourceArn: 'stream', readAtMs: 0 }), arrivedAtMs: 0 }),
    now: () => 0,
    deliver: async (batch) => void delivered.push(...batch.map(({ record }) => record.dynamodb.SequenceNumber)),
    onReadError: (error) => {
      throw error;
    },
    ...(tellsLength && { length: () => changes.length }),
  });
  readers.push(reader);
  void reader.run();
  return { reader, delivered, reads: () => reads };
}

describe('a reader of a shard', () => {
  it('spares the reads that would find nothing, where the length of the stream is known', async () => {
    const changes = ['1', '2', '3'];
    const { reader, delivered, reads } = givenReader(changes, { tellsLength: true });
    await reader.catchUp();
    expect(delivered).toEqual(['1', '2', '3']);
    const before = reads();
    for (let time = 0; time < 3; time += 1) await reader.catchUp();
    expect(reads()).toBe(before);
    changes.push('4');
    await reader.catchUp();
    expect(delivered).toEqual(['1', '2', '3', '4']);
  });

  it('reads again each time where only a read tells', async () => {
    const { reader, reads } = givenReader(['1'], { tellsLength: false });
    await reader.catchUp();
    const before = reads();
    await reader.catchUp();
    expect(reads()).toBeGreaterThan(before);
  });
});
