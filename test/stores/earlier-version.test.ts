import { NumberValue, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { decimal, decimalText } from '../../lambdas/shared/domain/decimal';
import { totalOf } from '../../lambdas/shared/domain/usage-tally';
import { readFoldedHour } from '../../lambdas/shared/stores/folded-hour';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { aTally, aUsageLedger, DUE_MS, keyOf, sealed } from './a-usage-ledger';

const number = (value: number) => NumberValue.from(String(value));

/** An hour with two tallies as they were stored before hours held events themselves. */
function givenEarlierHour(fields: Record<string, unknown> = {}) {
  const tables = new MemoryTables();
  const ledger = aUsageLedger(tables.database);
  const hourKey = keyOf(aTally('1'));
  const { subscriptionId, hour, dimension } = hourKey;
  const open = { state: 'open', dueShard: number(0), dueAt: number(DUE_MS), tallies: number(2), entries: number(3) };
  tables.put('hourlyUsage', { pk: subscriptionId, sk: `${hour}#${dimension}`, ...open, ...fields });
  const pk = `${subscriptionId}#${hour}#${dimension}`;
  const tally = (sk: string, ids: string[], quantities: string[]) =>
    tables.put('usageTallies', { pk, sk, events: JSON.stringify({ ids, quantities }), expiresAt: number(1) });
  tally('hash-1', ['#a', '#b'], ['1', '0.5']);
  tally('hash-2', ['#b'], ['0.5']);
  const fold = async () => readFoldedHour(hourKey, { ...ledger, sleep: async () => undefined });
  return { ...ledger, tables, hourKey, fold };
}

const anEvent = (key: string) => ({ key, quantity: decimal('2'), tags: {} });

describe('an hour of an earlier version', () => {
  it('takes small deliveries into its item, and is sealed with all of its events', async () => {
    const { usageTallies, hourlyUsage, hourKey, fold } = givenEarlierHour();
    expect(await usageTallies.add({ ...hourKey, events: [anEvent('#c'), anEvent('#a')] }, DUE_MS)).toBe('added');
    const folded = await fold();
    expect(folded && decimalText(totalOf(folded.fold))).toBe('3.5');
    expect(folded?.hour).toMatchObject({ tallies: 3, inlineVersion: 1, entries: 5 });
    if (folded?.hour.state !== 'open') throw new Error('It is open.');
    const before = { folded: { tallies: 2 } };
    expect(await sealed(hourlyUsage, { ...hourKey, events: [] }, before)).toBe('changed');
    expect(await sealed(hourlyUsage, { ...hourKey, events: [] }, { folded: folded.hour })).toBe('written');
  });

  it('is sealed as it is', async () => {
    const { hourlyUsage, hourKey, fold } = givenEarlierHour();
    const folded = await fold();
    if (folded?.hour.state !== 'open') throw new Error('It is open.');
    expect(decimalText(totalOf(folded.fold))).toBe('1.5');
    expect(await sealed(hourlyUsage, { ...hourKey, events: [] }, { folded: folded.hour })).toBe('written');
  });

  it('still tells which events it holds after it was sealed', async () => {
    const { usageTallies, hourKey, fold } = givenEarlierHour({ state: 'carried', used: NumberValue.from('1.5') });
    expect(await usageTallies.add({ ...hourKey, events: [anEvent('#c')] }, DUE_MS)).toBe('hourNotOpen');
    expect([...((await fold())?.fold.keys() ?? [])].sort()).toEqual(['#a', '#b']);
  });
});

describe('an earlier version beside this one', () => {
  /** What it writes for a delivery, whatever the hour holds. */
  async function addAsBefore({ tables, hourKey }: ReturnType<typeof givenEarlierHour>): Promise<void> {
    const { subscriptionId, hour, dimension } = hourKey;
    const events = JSON.stringify({ ids: ['#d'], quantities: ['4'] });
    const Item = { pk: `${subscriptionId}#${hour}#${dimension}`, sk: 'hash-3', events };
    const Update = {
      TableName: 'hourlyUsage',
      Key: { pk: subscriptionId, sk: `${hour}#${dimension}` },
      UpdateExpression: 'SET #state = :open ADD tallies :one, entries :one',
      ConditionExpression: 'attribute_not_exists(#state) OR #state = :open',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':open': 'open', ':one': 1 },
    };
    const Put = { TableName: 'usageTallies', Item, ConditionExpression: 'attribute_not_exists(pk)' };
    await tables.client.send(new TransactWriteCommand({ TransactItems: [{ Put }, { Update }] }));
  }

  it('adds tallies to an hour that holds events itself', async () => {
    const earlier = givenEarlierHour();
    await earlier.usageTallies.add({ ...earlier.hourKey, events: [anEvent('#c')] }, DUE_MS);
    await addAsBefore(earlier);
    const folded = await earlier.fold();
    expect(folded && decimalText(totalOf(folded.fold))).toBe('7.5');
  });

  it('finds every fold of such an hour incomplete, before and after events moved out of it', async () => {
    const { usageTallies, hourlyUsage, hourKey } = givenEarlierHour();
    for (let n = 0; n < 60; n += 1) {
      await usageTallies.add({ ...hourKey, events: [anEvent(`#${n}`)] }, DUE_MS);
      // It compares these two, and seals on condition of the first.
      const [counted, found] = [(await hourlyUsage.get(hourKey))?.tallies, (await usageTallies.ofHour(hourKey)).length];
      expect(counted).toBeGreaterThan(found);
    }
  });
});
