import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { readTogether } from '../../lambdas/shared/stores/read-together';
import { TABLE_NAMES, type Command } from '../../local/dynamodb/memory-dynamodb';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';

function givenHours(count: number) {
  const tables = new MemoryTables();
  const keys = Array.from({ length: count }, (_, index) => ({ pk: 'sub', sk: `2026-03-10T${index}#events` }));
  for (const key of keys) tables.put('hourlyUsage', { ...key, state: 'open' });
  const commands: Command[] = [];
  tables.before = async (command) => void commands.push(command);
  const read = readTogether({ ...tables.database, tableName: TABLE_NAMES.hourlyUsage });
  return { tables, keys, commands, read };
}

describe('reads that begin together', () => {
  it('share a BatchGetItem of at most 100 keys, with strong consistency', async () => {
    const { keys, commands, read } = givenHours(150);
    await expect(Promise.all(keys.map(read))).resolves.toEqual(keys.map((key) => ({ ...key, state: 'open' })));
    expect(commands.map(({ constructor }) => constructor)).toEqual([BatchGetCommand, BatchGetCommand]);
    expect(commands.every(({ input }) => JSON.stringify(input).includes('"ConsistentRead":true'))).toBe(true);
  });

  it('ask for a key once, and find nothing where there is no item', async () => {
    const { keys, commands, read } = givenHours(1);
    const missing = { pk: 'sub', sk: 'balance#events' };
    const items = await Promise.all([...keys, ...keys, missing].map(read));
    expect(items).toEqual([{ ...keys[0], state: 'open' }, { ...keys[0], state: 'open' }, undefined]);
    expect(commands).toHaveLength(1);
  });

  it('see what was written since an earlier read', async () => {
    const { tables, keys, read } = givenHours(1);
    const [key] = keys;
    if (key === undefined) throw new Error('There is an hour.');
    await read(key);
    tables.put('hourlyUsage', { ...key, state: 'sealed' });
    await expect(read(key)).resolves.toMatchObject({ state: 'sealed' });
  });

  it('fail together, and work again later', async () => {
    const { tables, keys, read } = givenHours(2);
    tables.before = async () => {
      throw new Error('throttled');
    };
    await expect(Promise.allSettled(keys.map(read))).resolves.toMatchObject([
      { status: 'rejected' },
      { status: 'rejected' },
    ]);
    tables.before = async () => undefined;
    await expect(Promise.all(keys.map(read))).resolves.toHaveLength(2);
  });
});
