import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedDynamoDb } from '../../../local/dynamodb/wire/server';
import { measureInterleaved } from '../../../proofs/bench/interleaved';
import { measureHour } from '../../../proofs/bench/usage-path';

let dynamodb: Awaited<ReturnType<typeof startEmbeddedDynamoDb>>;

beforeAll(async () => {
  dynamodb = await startEmbeddedDynamoDb();
});

afterAll(async () => dynamodb.stop());

/** Two of the sizes, and the smaller crowd. `npm run bench` measures the others. */
describe('the write units of a usage event, from intake to settled', () => {
  it.each([
    [2, 1.7, 200],
    [100, 1.095, 500],
  ])('with %i events of an hour in a delivery are at most %f, for an hour of %i', async (batchSize, most, events) => {
    const { writeUnits } = await measureHour(dynamodb.endpoint, events, batchSize);
    expect(writeUnits / events).toBeLessThanOrEqual(most);
  });

  it('are 7 for an hour with one event', async () => {
    expect(await measureHour(dynamodb.endpoint, 1, 1)).toMatchObject({ writeUnits: 7 });
  });

  it('have those of tallies apart, whose table has other prices', async () => {
    // Each delivery is too large for its hour's item. Its tally takes 2 KB, and a transaction costs twice.
    const { tallies } = await measureHour(dynamodb.endpoint, 500, 50);
    expect(tallies.writeUnits).toBe(10 * 4);
    expect(tallies.readUnits).toBeGreaterThan(0);
  });

  it('are at most 1.7 for a thousand customers whose events interleave', async () => {
    expect((await measureInterleaved({ customers: 1_000, shards: 1 })).writeUnits).toBeLessThanOrEqual(1.7);
  });
});
