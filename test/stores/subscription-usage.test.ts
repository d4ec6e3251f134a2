import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { decimal, decimalText } from '../../lambdas/shared/domain/decimal';
import { talliesOf } from '../../lambdas/shared/domain/usage-tally';
import {
  DynamoDbSubscriptionUsageReader,
  type SubscriptionUsageReader,
} from '../../lambdas/shared/stores/subscription-usage';
import { aUsageEvent } from '../builders/a-usage-event';
import { anHour, aUsageLedger, nothingToBill, sealed, tallyFor } from './a-usage-ledger';
import { ENGINES } from './engines';

describe.each(ENGINES)('the hours of a subscription %s', (_engine, openTables) => {
  async function open() {
    const database = await openTables('hourlyUsage', 'usageTallies', 'notices');
    const { client, tables } = database;
    return {
      ...aUsageLedger(database),
      usage: new DynamoDbSubscriptionUsageReader(database),
      putForeign: async () => {
        for (const sk of ['balance#events', 'setAside#1']) {
          await client.send(new PutCommand({ TableName: tables.hourlyUsage, Item: { pk: 's-1', sk } }));
        }
      },
    };
  }

  async function given() {
    const { usageTallies, usage, putForeign } = await open();
    await putForeign();
    for (const [subscriptionId, hour, dimension] of [
      ['s-1', '2026-03-10T12', 'a'],
      ['s-1', '2026-03-10T12', 'b'],
      ['s-1', '2026-03-10T13', 'a'],
      ['s-1', '2026-02-28T23', 'a'],
      ['s-2', '2026-03-10T12', 'a'],
    ] as const) {
      const [tally] = talliesOf([aUsageEvent({ subscriptionId, dimension, timeMs: Date.parse(`${hour}:00:00Z`) })]);
      if (tally) await usageTallies.add(tally, 0);
    }
    return async (question: Omit<Parameters<SubscriptionUsageReader['listHours']>[0], 'subscriptionId'> = {}) => {
      const { hours, hasMore } = await usage.listHours({ subscriptionId: 's-1', ...question });
      return { names: hours.map(({ hour, dimension }) => `${hour} ${dimension}`), hasMore };
    };
  }

  it('lists hours from the newest on, without items of other kinds', async () => {
    const list = await given();
    await expect(list()).resolves.toEqual({
      names: ['2026-03-10T13 a', '2026-03-10T12 b', '2026-03-10T12 a', '2026-02-28T23 a'],
      hasMore: false,
    });
  });

  it('lists hours within the given bounds', async () => {
    const list = await given();
    const from = anHour('2026-03-01T00');
    const before = { hour: anHour('2026-03-10T12'), dimension: 'b' };
    expect((await list({ from })).names).not.toContain('2026-02-28T23 a');
    expect((await list({ from, before })).names).toEqual(['2026-03-10T12 a']);
    expect((await list({ before: { hour: anHour('2026-03-10T13'), dimension: '' } })).names).toHaveLength(3);
  });

  it('lists the Balances of the subscription, and of no other', async () => {
    const { usage, hourlyUsage, usageTallies } = await open();
    for (const [subscriptionId, dimension, carried] of [
      ['s-1', 'b', '0.25'],
      ['s-1', 'a', '0.5'],
      ['s-2', 'a', '0.75'],
    ] as const) {
      const tally = { ...tallyFor(subscriptionId, '1'), dimension };
      await usageTallies.add(tally, 0);
      await sealed(hourlyUsage, tally, { sealing: { ...nothingToBill, carriedOut: decimal(carried) } });
    }
    const balances = await usage.listBalances('s-1');
    expect(balances.map(({ dimension, amount }) => [dimension, decimalText(amount)])).toEqual([
      ['a', '0.5'],
      ['b', '0.25'],
    ]);
  });

  it('lists hours page by page, and tells that there are more', async () => {
    const list = await given();
    await expect(list({ limit: 2 })).resolves.toEqual({ names: ['2026-03-10T13 a', '2026-03-10T12 b'], hasMore: true });
  });
});
