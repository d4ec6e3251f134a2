import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { decimal, decimalText } from '../../lambdas/shared/domain/decimal';
import { parseHour, type Hour } from '../../lambdas/shared/domain/hour';
import { talliesOf } from '../../lambdas/shared/domain/usage-tally';
import { DynamoDbHourlyUsageStore, type HourlyUsageStore } from '../../lambdas/shared/stores/hourly-usage';
import {
  DynamoDbSubscriptionUsageReader,
  type SubscriptionUsageReader,
} from '../../lambdas/shared/stores/subscription-usage';
import { DynamoDbUsageTallyStore, type UsageTallyStore } from '../../lambdas/shared/stores/usage-tallies';
import { aUsageEvent } from '../builders/a-usage-event';
import { InMemorySubscriptionUsage } from '../fakes/in-memory-subscription-usage';
import { InMemoryUsageLedger } from '../fakes/in-memory-usage-ledger';
import { documentClient, givenTable } from '../setup/tables';
import { nothingToBill, sealed, tallyFor } from './a-usage-ledger';

function anHour(text: string): Hour {
  const hour = parseHour(text);
  if (hour === undefined) throw new Error(`${text} is no hour`);
  return hour;
}

async function inMemory() {
  const ledger = new InMemoryUsageLedger();
  return { tallies: ledger, ledger, usage: new InMemorySubscriptionUsage(ledger, 100), putForeign: async () => {} };
}

async function inDynamoDb() {
  const [usageTalliesTableName, tableName] = await Promise.all([givenTable('usageTallies'), givenTable('hourlyUsage')]);
  const client = documentClient;
  return {
    tallies: new DynamoDbUsageTallyStore({
      ...{ client, usageTalliesTableName, eventRetentionDays: 90 },
      hourlyUsageTableName: tableName,
    }),
    ledger: new DynamoDbHourlyUsageStore({ client, tableName }),
    usage: new DynamoDbSubscriptionUsageReader({ client, tableName }),
    putForeign: async () => {
      for (const sk of ['balance#events', 'setAside#1']) {
        await client.send(new PutCommand({ TableName: tableName, Item: { pk: 's-1', sk } }));
      }
    },
  };
}

interface Opened {
  tallies: UsageTallyStore;
  ledger: HourlyUsageStore;
  usage: SubscriptionUsageReader;
  putForeign(): Promise<void>;
}

describe.each<[string, () => Promise<Opened>]>([
  ['The fake', inMemory],
  ['DynamoDB', inDynamoDb],
])('%s as a reader of the hours of a subscription', (_name, open) => {
  async function given() {
    const { tallies, usage, putForeign } = await open();
    await putForeign();
    for (const [subscriptionId, hour, dimension] of [
      ['s-1', '2026-03-10T12', 'a'],
      ['s-1', '2026-03-10T12', 'b'],
      ['s-1', '2026-03-10T13', 'a'],
      ['s-1', '2026-02-28T23', 'a'],
      ['s-2', '2026-03-10T12', 'a'],
    ] as const) {
      const [tally] = talliesOf([aUsageEvent({ subscriptionId, dimension, timeMs: Date.parse(`${hour}:00:00Z`) })]);
      if (tally) await tallies.add(tally, 0);
    }
    return async (question: Omit<Parameters<SubscriptionUsageReader['listHours']>[0], 'subscriptionId'> = {}) => {
      const { hours, left } = await usage.listHours({ subscriptionId: 's-1', ...question });
      return { names: hours.map(({ hour, dimension }) => `${hour} ${dimension}`), left };
    };
  }

  it('lists them from the newest on, and nothing that is no hour', async () => {
    const list = await given();
    await expect(list()).resolves.toEqual({
      names: ['2026-03-10T13 a', '2026-03-10T12 b', '2026-03-10T12 a', '2026-02-28T23 a'],
      left: false,
    });
  });

  it('begins and ends where it is told', async () => {
    const list = await given();
    const from = anHour('2026-03-01T00');
    const before = { hour: anHour('2026-03-10T12'), dimension: 'b' };
    expect((await list({ from })).names).not.toContain('2026-02-28T23 a');
    expect((await list({ from, before })).names).toEqual(['2026-03-10T12 a']);
    expect((await list({ before: { hour: anHour('2026-03-10T13'), dimension: '' } })).names).toHaveLength(3);
  });

  it('lists the Balances of the subscription, and of nobody else', async () => {
    const { usage, ledger, tallies } = await open();
    for (const [subscriptionId, dimension, carried] of [
      ['s-1', 'b', '0.25'],
      ['s-1', 'a', '0.5'],
      ['s-2', 'a', '0.75'],
    ] as const) {
      const tally = { ...tallyFor(subscriptionId, '1'), dimension };
      await tallies.add(tally, 0);
      await sealed(ledger, tally, { sealing: { ...nothingToBill, carriedOut: decimal(carried) } });
    }
    const balances = await usage.listBalances('s-1');
    expect(balances.map(({ dimension, amount }) => [dimension, decimalText(amount)])).toEqual([
      ['a', '0.5'],
      ['b', '0.25'],
    ]);
  });

  it('says when there are more', async () => {
    const list = await given();
    await expect(list({ limit: 2 })).resolves.toEqual({ names: ['2026-03-10T13 a', '2026-03-10T12 b'], left: true });
  });
});
