import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { decimal } from '../../lambdas/shared/domain/decimal';
import type { TalliedEvent } from '../../lambdas/shared/domain/usage-tally';
import { DynamoDbHourlyUsageStore } from '../../lambdas/shared/stores/hourly-usage';
import { DynamoDbUsageTallyStore, tallyId } from '../../lambdas/shared/stores/usage-tallies';
import { InMemoryUsageLedger } from '../fakes/in-memory-usage-ledger';
import { documentClient as client, givenTable } from '../setup/tables';
import { aTally, keyOf, type UsageLedger } from './a-usage-ledger';
import { noticeIn } from './notices-table';
import { usageLedgerSendingContract } from './usage-ledger-sending.contract';
import { usageLedgerContract } from './usage-ledger.contract';

const LEDGERS: Record<string, () => Promise<UsageLedger>> = {
  'in memory': async () => {
    const ledger = new InMemoryUsageLedger();
    const told = async (noticeId: string) =>
      ledger.notices.find((notice) => 'noticeId' in notice && notice.noticeId === noticeId);
    return { hourlyUsage: ledger, usageTallies: ledger, told };
  },
  'in DynamoDB': givenDynamoDbLedger,
};

async function givenDynamoDbLedger(): Promise<UsageLedger> {
  const hourlyUsageTableName = await givenTable('hourlyUsage');
  const usageTalliesTableName = await givenTable('usageTallies');
  const noticesTableName = await givenTable('notices');
  return {
    hourlyUsage: new DynamoDbHourlyUsageStore({ client, tableName: hourlyUsageTableName, noticesTableName }),
    told: (noticeId) => noticeIn(client, noticesTableName, noticeId),
    usageTallies: new DynamoDbUsageTallyStore({
      client,
      usageTalliesTableName,
      hourlyUsageTableName,
      eventRetentionDays: 90,
    }),
  };
}

for (const [name, givenLedger] of Object.entries(LEDGERS)) {
  usageLedgerContract(name, givenLedger);
  usageLedgerSendingContract(name, givenLedger);
}

describe('the events of a tally', () => {
  it.each([
    ['few: as text that can be read', 3, 'string'],
    ['many: packed, within a third of their text', 60, 'object'],
  ])('come back as they were, %s', async (_, count, type) => {
    const usageTalliesTableName = await givenTable('usageTallies');
    const hourlyUsageTableName = await givenTable('hourlyUsage');
    const usageTallies = new DynamoDbUsageTallyStore({
      ...{ client, usageTalliesTableName, hourlyUsageTableName, eventRetentionDays: 90 },
    });
    const tally = aTally('1');
    const events = Array.from({ length: count }, (__, n): TalliedEvent => ({
      ...{
        key: `app#${1000 + n}`,
        quantity: decimal(`0.${n + 1}`),
        tags: { ...(n % 2 === 1 && { Department: 'legal' }) },
      },
    }));
    await usageTallies.add({ ...tally, events }, 0);

    expect(await usageTallies.ofHour(tally)).toEqual([{ ...keyOf(tally), events }]);
    const { Items: [item] = [] } = await client.send(new ScanCommand({ TableName: usageTalliesTableName }));
    expect(typeof item?.events).toBe(type);
    expect(Buffer.byteLength(item?.events)).toBeLessThan(count === 3 ? 200 : 400);
  });
});

describe('the id of a tally', () => {
  const [tally, again, more] = [
    ['1', '2'],
    ['1', '2'],
    ['1', '3'],
  ].map((quantities) => aTally(...quantities));
  const events = (of: typeof tally) => (of?.events ?? []).map((event, n) => ({ ...event, key: `#${n}` }));
  const idOf = (of: TalliedEvent[]) => tallyId({ ...aTally('1'), events: of });

  it('is the same for the same events', () => {
    expect(idOf(events(tally))).toBe(idOf(events(again)));
  });

  it.each([
    ['another quantity', events(more)],
    ['other tags', events(tally).map((event) => ({ ...event, tags: { Department: 'sales' } }))],
    ['one event less', events(tally).slice(1)],
    ['another event', events(tally).map((event) => ({ ...event, key: `${event.key}x` }))],
  ])('is another for %s', (_, other) => {
    expect(idOf(other)).not.toBe(idOf(events(tally)));
  });
});

describe('an hour of more than a page', () => {
  it('is read to its end: 6 tallies of 300 KB are more than the 1 MB of a query', async () => {
    const { usageTallies } = await givenDynamoDbLedger();
    const hourKey = aTally('1');
    for (let n = 0; n < 6; n += 1) {
      const ids = Array.from({ length: 3000 }, () => randomBytes(96).toString('base64'));
      const events = ids.map((id) => ({ key: `#${id}`, quantity: decimal(1), tags: {} }));
      await usageTallies.add({ ...hourKey, events }, 0);
    }
    const events = (await usageTallies.ofHour(hourKey)).flatMap((tally) => tally.events);
    expect(events).toHaveLength(18_000);
  });
});
