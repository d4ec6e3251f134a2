import { TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { DynamoDbAgreementDetailsReader } from '../../lambdas/shared/stores/agreement-details';
import { DynamoDbDecimalTrialStore } from '../../lambdas/shared/stores/decimal-trials';
import { DynamoDbEntitlementReader } from '../../lambdas/shared/stores/entitlements';
import { DynamoDbHourlyUsageReader, DynamoDbHourlyUsageStore } from '../../lambdas/shared/stores/hourly-usage';
import { DynamoDbAdmissions, DynamoDbContacts } from '../../lambdas/shared/stores/registrations';
import { DynamoDbSubscriptionUsageReader } from '../../lambdas/shared/stores/subscription-usage';
import { DynamoDbSubscriptions } from '../../lambdas/shared/stores/subscriptions-dynamodb';
import { DynamoDbUsageTallyStore } from '../../lambdas/shared/stores/usage-tallies';
import type { Database } from '../../lambdas/shared/stores/database';
import type { TableName } from '../../lambdas/shared/contract/tables';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { aCancelledTransaction } from '../builders/a-cancelled-transaction';
import { aSubscriptionId } from '../builders/ids';
import { anHour, aTally } from './a-usage-ledger';

const ID = aSubscriptionId(1);
const HOUR = { subscriptionId: ID, dimension: 'events', hour: anHour('2026-03-10T12') };
/** The events of a delivery that an hour of 300 bytes has room for once. */
const FIVE = ['1', '2', '3', '4', '5'];
const RETENTION = { eventRetentionDays: 90 };

type Read = (database: Database<TableName>) => Promise<unknown>;

/** An eventually consistent read would miss what was written a moment ago: a tally, a seal, a new state. */
const READS: [name: string, read: Read][] = [
  ['the tallies of an hour', (database) => new DynamoDbUsageTallyStore(database, RETENTION).ofHour(HOUR)],
  ['an hour', (database) => new DynamoDbHourlyUsageReader(database).get(HOUR)],
  ['a Balance', (database) => new DynamoDbHourlyUsageReader(database).getBalance(HOUR)],
  ['unfinished hours', (database) => new DynamoDbHourlyUsageReader(database).unfinishedOf(ID, HOUR.hour)],
  [
    'the hours of a month',
    (database) => new DynamoDbSubscriptionUsageReader(database).listHours({ subscriptionId: ID }),
  ],
  ['Balances', (database) => new DynamoDbSubscriptionUsageReader(database).listBalances(ID)],
  ['subscriptions', (database) => new DynamoDbSubscriptions(database).getMany([ID])],
  [
    'an identity',
    (database) => new DynamoDbSubscriptions(database).findByIdentity({ kind: 'license', licenseId: 'l-1' }),
  ],
  ['an agreement', (database) => new DynamoDbSubscriptions(database).ofAgreement('agmt-1')],
  ['the details of an agreement', (database) => new DynamoDbAgreementDetailsReader(database).getMany([ID])],
  ['the trial of decimals', (database) => new DynamoDbDecimalTrialStore(database).get('product')],
  ['entitlements', (database) => new DynamoDbEntitlementReader(database).getMany([ID])],
  ['a session', (database) => new DynamoDbAdmissions(database).findSession('hash', 0)],
  ['a contact', (database) => new DynamoDbContacts(database).findContact(ID, 0)],
];

describe('the stores', () => {
  it.each(READS)('read %s with strong consistency', async (_what, read) => {
    const tables = new MemoryTables();
    const sent: string[] = [];
    tables.before = async ({ input }) => void sent.push(JSON.stringify(input));
    await read(tables.database);
    expect(sent).toEqual([expect.stringContaining('"ConsistentRead":true')]);
  });

  it('read subscriptions with eventual consistency only at a glance, at half the price', async () => {
    const tables = new MemoryTables();
    const sent: unknown[] = [];
    tables.before = async ({ input }) => void sent.push(input);
    await new DynamoDbSubscriptions(tables.database).glance([ID]);
    const Keys = [{ pk: ID, sk: 'subscription' }];
    expect(sent).toEqual([{ RequestItems: { subscriptions: { Keys, ConsistentRead: false } } }]);
  });
});

describe('an update of an hour', () => {
  const givenConflicts = (times: number) => {
    const tables = new MemoryTables();
    let left = times;
    tables.before = async () => {
      left -= 1;
      if (left >= 0) throw new TransactionConflictException({ message: '', $metadata: {} });
    };
    return new DynamoDbHourlyUsageStore(tables.database);
  };

  it('is tried again while a transaction holds its item', async () => {
    await expect(givenConflicts(3).open(HOUR, 0)).resolves.toBe(true);
  });

  it('fails when the transactions do not end', async () => {
    await expect(givenConflicts(4).open(HOUR, 0)).rejects.toThrow(TransactionConflictException);
  });
});

describe('a tally', () => {
  it('is not added, and is tried again, while another write of its hour is in progress', async () => {
    const tables = new MemoryTables();
    tables.before = async () => Promise.reject(aCancelledTransaction('None', 'TransactionConflict'));
    const store = new DynamoDbUsageTallyStore(tables.database, { ...RETENTION, openHourBytes: 0 });
    await expect(store.add(aTally('1'), 0)).resolves.toBe('conflict');
  });

  it('is not added to the item of its hour, and is tried again, while a transaction holds that item', async () => {
    const tables = new MemoryTables();
    tables.before = async () => Promise.reject(new TransactionConflictException({ message: '', $metadata: {} }));
    const store = new DynamoDbUsageTallyStore(tables.database, RETENTION);
    await expect(store.add(aTally('1'), 0)).resolves.toBe('conflict');
  });

  it('is not added, and is tried again, while a transaction holds the hour that has no room for it', async () => {
    const tables = new MemoryTables();
    const store = new DynamoDbUsageTallyStore(tables.database, { ...RETENTION, openHourBytes: 300 });
    const first = aTally(...FIVE);
    await store.add(first, 0);
    tables.before = async (command) => {
      if (command instanceof TransactWriteCommand) throw aCancelledTransaction();
    };
    await expect(store.add({ ...aTally(...FIVE), subscriptionId: first.subscriptionId }, 0)).resolves.toBe('conflict');
  });

  it.each([
    ['fewer', ['1']],
    ['more', ['1', '2', '3']],
  ])('cannot be read with %s quantities than ids, because the bill would be wrong', async (_how, quantities) => {
    const tables = new MemoryTables();
    const events = JSON.stringify({ ids: ['#1', '#2'], quantities });
    tables.put('usageTallies', { pk: `${ID}#${HOUR.hour}#events`, sk: 'tally', events });
    await expect(new DynamoDbUsageTallyStore(tables.database, RETENTION).ofHour(HOUR)).rejects.toThrow();
  });
});
