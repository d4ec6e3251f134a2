import { describe, expect, it } from 'vitest';
import { toCompletion } from '../../lambdas/shared/domain/subscription-change';
import { DynamoDbContacts } from '../../lambdas/shared/stores/registrations';
import { DynamoDbSetAsideEventStore } from '../../lambdas/shared/stores/set-aside-events';
import { DynamoDbSubscriptions } from '../../lambdas/shared/stores/subscriptions-dynamodb';
import { DynamoDbEndingStore } from '../../lambdas/shared/stores/endings';
import { DynamoDbEntitlementStore } from '../../lambdas/shared/stores/entitlements';
import { DynamoDbUsageTallyStore } from '../../lambdas/shared/stores/usage-tallies';
import type { TableName } from '../../lambdas/shared/contract/tables';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { aSubscription } from '../builders/a-subscription';
import { NOON_MS } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';
import { aTally, aUsageLedger, givenSealed, tallyFor } from './a-usage-ledger';

const DAY_SECONDS = 86_400;
const NOON = new Date(NOON_MS).toISOString();
const EVENT = { id: 'e-1', detailType: 'License Updated - Manufacturer', time: NOON, detail: '{}' };

/** How many days after noon each item of a table expires; undefined: never. */
function daysKept(tables: MemoryTables, table: TableName): (number | undefined)[] {
  const items = [...tables.dynamoDb.table(table).items()];
  return items.map(({ expiresAt }) =>
    expiresAt === undefined ? undefined : (Number(String(expiresAt)) - NOON_MS / 1000) / DAY_SECONDS,
  );
}

describe('the time to live of a tally', () => {
  /** Lateness of at most 30 days, and two weeks in which the stream and the operator deliver an event again. */
  const LATENESS_AND_REDELIVERY_DAYS = 30 + 14;

  it.each([
    [35, 400],
    [90, 400],
    [341, 401],
    [3650, 3710],
  ])('keeps events for %i days, and their tally for %i', async (eventDays, tallyDays) => {
    const tables = new MemoryTables();
    const store = new DynamoDbUsageTallyStore(tables.database, { eventRetentionDays: eventDays, openHourBytes: 0 });
    await store.add(aTally('1'), 0);
    expect(daysKept(tables, 'usageTallies')).toEqual([tallyDays]);
    // An event that is delivered again after its tally was deleted would be billed a second time.
    expect(tallyDays).toBeGreaterThanOrEqual(eventDays + LATENESS_AND_REDELIVERY_DAYS);
  });

  it('is as long for one that moved out of the item of its hour', async () => {
    const tables = new MemoryTables();
    const store = new DynamoDbUsageTallyStore(tables.database, { eventRetentionDays: 3650 });
    for (let n = 0; n < 50; n += 1) await store.add(tallyFor(aSubscriptionId(1), '1'), 0);
    expect(new Set(daysKept(tables, 'usageTallies'))).toEqual(new Set([3710]));
  });
});

describe('the time to live of an event of AWS Marketplace', () => {
  it('keeps an event for 400 days, whether it changed a subscription, changed none or waits for one', async () => {
    const tables = new MemoryTables();
    const store = new DynamoDbSubscriptions(tables.database);
    const [before, after] = [undefined, aSubscription()];
    await store.save({ before, after }, { event: EVENT });
    await store.keepEvent({ ...EVENT, id: 'e-2' }, after.subscriptionId);
    await store.keepEvent({ ...EVENT, id: 'e-3', agreementId: 'agmt-1' });
    const kept = daysKept(tables, 'subscriptions');
    expect(kept.filter((days) => days !== undefined)).toEqual([400, 400, 400]);
  });
});

describe('the time to live of a notice', () => {
  it('keeps a notice for 90 days, which is long after the stream has published it', async () => {
    const tables = new MemoryTables();
    const before = aSubscription();
    tables.given(before);
    await new DynamoDbSubscriptions(tables.database).save(toCompletion(before, NOON));
    expect(daysKept(tables, 'notices')).toEqual([90]);
  });
});

describe('items that never expire', () => {
  it('keeps a subscription, its identities, agreements and entitlements for ever', async () => {
    const tables = new MemoryTables();
    const store = new DynamoDbSubscriptions(tables.database);
    const after = aSubscription();
    const { subscriptionId } = after;
    await store.save({ before: undefined, after }, { identities: [{ kind: 'license', licenseId: 'l-1' }] });
    await store.bindAgreement('agmt-1', subscriptionId);
    const checked = { subscriptionId, checkedAt: NOON, entitlements: [] };
    const save = { checked, comparedWith: undefined, nextCheckAtMs: NOON_MS };
    await new DynamoDbEntitlementStore(tables.database).save(save);
    expect(daysKept(tables, 'subscriptions')).toEqual([undefined, undefined, undefined, undefined]);
  });

  it("keeps a buyer's contact for ever", async () => {
    const tables = new MemoryTables();
    const before = tables.given(aSubscription());
    const contact = { email: 'a@example.com', name: 'A', company: 'B', completedAt: NOON };
    await new DynamoDbContacts(tables.database).complete(contact, toCompletion(before, NOON));
    expect(daysKept(tables, 'registrations')).toEqual([undefined]);
  });

  it('keeps hours, Balances, endings and events that were set aside for ever', async () => {
    const tables = new MemoryTables();
    const { hourlyUsage, record, notice } = await givenSealed(aUsageLedger(tables.database));
    await hourlyUsage.claimSend(record);
    await hourlyUsage.settleConflict(record.hourKey, notice);
    await new DynamoDbEndingStore(tables.database).open(aSubscriptionId(1), NOON_MS);
    const setAside = {
      kind: 'setAside',
      reason: 'malformed',
      message: 'no',
      usageEventPk: 'pk',
      document: '{}',
    } as const;
    await new DynamoDbSetAsideEventStore(tables.database).keep(
      { ...setAside, subscriptionId: undefined },
      { nowIso: NOON, agreementId: undefined },
    );
    const kept = daysKept(tables, 'hourlyUsage');
    expect(kept.length).toBeGreaterThanOrEqual(3);
    expect(new Set(kept)).toEqual(new Set([undefined]));
  });
});
