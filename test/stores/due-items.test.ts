import { describe, expect, it } from 'vitest';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { DueItems } from '../../lambdas/shared/stores/due-index';
import { DynamoDbHourlyUsageReader } from '../../lambdas/shared/stores/hourly-usage';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { NOON_MS } from '../builders/a-usage-event';

/** Each shard that hours are in has so many due items, and their times interleave. */
async function givenDue(perShard: number) {
  const tables = new MemoryTables();
  for (let n = 0; n < 4 * perShard; n += 1) {
    const [pk, dueAt] = [`s-${n}`, NOON_MS + ((n * 7) % (4 * perShard))];
    tables.put('hourlyUsage', { pk, sk: '2026-03-10T12#events', dueShard: n % 4, dueAt });
  }
  tables.put('hourlyUsage', { pk: 'later', sk: '2026-03-10T12#events', dueShard: 0, dueAt: NOON_MS * 2 });
  const queries: QueryCommand['input'][] = [];
  tables.before = async (command) => {
    if (command instanceof QueryCommand) queries.push(command.input);
  };
  const due = await DueItems.from({
    client: tables.client,
    TableName: 'hourlyUsage',
    IndexName: 'due',
    nowMs: NOON_MS + 4 * perShard,
  });
  return { due, queries };
}

describe('due items', () => {
  it('come the longest due first, from every shard and page', async () => {
    const { due } = await givenDue(2_300);
    const times: number[] = [];
    for (let taken = await due.take(700); taken.length > 0; taken = await due.take(700))
      times.push(...taken.map(({ dueAt }) => dueAt - NOON_MS));
    expect(times).toEqual(Array.from({ length: 9_200 }, (_, n) => n));
    expect(await due.countRest()).toBe(0);
  });

  it('are read only as far as they are taken, and the others are counted', async () => {
    const { due, queries } = await givenDue(2_300);
    expect(await due.take(1_500)).toHaveLength(1_500);
    // One page of the four shards that hours are in, and of the four that a later version may write.
    expect(queries.map(({ Limit }) => Limit)).toEqual(Array.from({ length: 8 }, () => 1_000));
    expect(await due.countRest()).toBe(9_200 - 1_500);
    expect(queries.slice(8).map(({ Select }) => Select)).toEqual(Array.from({ length: 4 }, () => 'COUNT'));
  });

  it('come in their order when a whole page of one shard is due before another shard', async () => {
    const tables = new MemoryTables();
    const put = (dueShard: number, dueAt: number) =>
      tables.put('hourlyUsage', { pk: `s-${dueShard}-${dueAt}`, sk: '2026-03-10T12#events', dueShard, dueAt });
    for (let n = 0; n < 1_001; n += 1) put(0, n);
    put(1, 1_001);
    const [TableName, IndexName, nowMs] = ['hourlyUsage', 'due', NOON_MS];
    const due = await DueItems.from({ client: tables.client, TableName, IndexName, nowMs });
    expect((await due.take(Infinity)).map(({ dueAt }) => dueAt)).toEqual(Array.from({ length: 1_002 }, (_, n) => n));
  });

  it('are all taken by one who asks for all', async () => {
    const { due } = await givenDue(1_000);
    expect(await due.take(Infinity)).toHaveLength(4_000);
    expect(await due.take(Infinity)).toEqual([]);
  });
});

describe('due hours', () => {
  it('are due all the same when the index has an item of a later version, which is reported', async () => {
    const tables = new MemoryTables();
    const due = { dueShard: 0, dueAt: NOON_MS };
    tables.put('hourlyUsage', { pk: 's-1', sk: 'later#x', ...due });
    tables.put('hourlyUsage', { pk: 's-2', sk: '2026-03-10T12#events', ...due });
    const others: string[] = [];
    const hours = await new DynamoDbHourlyUsageReader(tables.database).listDue(NOON_MS, ({ pk }) => others.push(pk));
    expect([hours, others]).toMatchObject([[{ subscriptionId: 's-2' }], ['s-1']]);
  });

  it('are taken past items of a later version, and the others are counted', async () => {
    const tables = new MemoryTables();
    const put = (sk: string, dueAt: number) => tables.put('hourlyUsage', { pk: 's-1', sk, dueShard: 0, dueAt });
    put('later#x', 1);
    for (const dimension of ['a', 'b', 'c']) put(`2026-03-10T12#${dimension}`, 2);
    const due = await new DynamoDbHourlyUsageReader(tables.database).dueHours(NOON_MS);
    expect([await due.take(1), await due.countRest()]).toMatchObject([[{ dimension: 'a' }], 2]);
  });
});
