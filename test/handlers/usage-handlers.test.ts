import {
  GetEntitlementsCommand,
  MarketplaceEntitlementServiceClient,
} from '@aws-sdk/client-marketplace-entitlement-service';
import { BatchMeterUsageCommand, MarketplaceMeteringClient } from '@aws-sdk/client-marketplace-metering';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { usageEventItem } from '../../lambdas/shared/stores/usage-events';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { aSubscription } from '../builders/a-subscription';
import { aUsageEvent, HOUR_MS, MINUTE_MS, NOON_MS } from '../builders/a-usage-event';
import { anHttpApiEvent } from '../builders/an-http-request';
import { aSubscriptionId } from '../builders/ids';
import { SettableClock } from '../fakes/settable-clock';
import { NOTHING_BY_DEFAULT, OLDER_PRODUCT } from './a-configuration';
import { failing, loadFunction, queueOf, streamOf } from './a-loaded-function';
import { mockClass } from '../fakes/mock-class';

const ID = aSubscriptionId(1);
const DAY_SECONDS = 86_400;
const SCHEDULED = { source: 'aws.events' };
const entitlements = mockClass(MarketplaceEntitlementServiceClient);
const metering = mockClass(MarketplaceMeteringClient);
mockClass(SQSClient);

let clock: SettableClock;
let tables: MemoryTables;
let given: Parameters<typeof loadFunction>[1];

beforeEach(() => {
  clock = new SettableClock(NOON_MS);
  tables = new MemoryTables();
  given = { tables, clock, configuration: NOTHING_BY_DEFAULT };
  entitlements.reset();
  entitlements.on(GetEntitlementsCommand).resolves({ Entitlements: [] });
  metering.reset();
  metering.on(BatchMeterUsageCommand).callsFake(({ UsageRecords: records = [] }) => ({
    Results: records.map((UsageRecord: unknown) => ({ UsageRecord, Status: 'Success', MeteringRecordId: 'id' })),
  }));
  givenSubscription();
});

afterEach(() => {
  vi.restoreAllMocks();
});

function givenSubscription(overrides: Parameters<typeof aSubscription>[0] = {}) {
  const identity = { customerIdentifier: 'c-1', licenseArn: undefined, licenseId: undefined };
  const activatedAt = '2026-01-01T00:00:00.000Z';
  return tables.given(
    aSubscription({ subscriptionId: ID, productCode: OLDER_PRODUCT, activatedAt, ...identity, ...overrides }),
  );
}

const itemsOf = (table: 'usageEvents' | 'usageTallies' | 'hourlyUsage') => [...tables.dynamoDb.table(table).items()];
const numberOf = (value: unknown) => Number(String(value));
const states = () => Object.fromEntries(tables.hours.map(({ hour, state }) => [hour, state]));

const logged = () => String(vi.mocked(console.error).mock.calls);

/** One delivery of usage of a unit at 12:00 UTC. */
async function aggregate(
  overrides: Parameters<typeof aUsageEvent>[0] = {},
  lambda?: { remainingMs: number },
): Promise<unknown> {
  const run = await loadFunction('aggregate-usage', given);
  return run(streamOf(usageEventItem(aUsageEvent({ dimension: 'requests', ...overrides }), 0)), lambda);
}

async function meter(atMs: number) {
  clock.set(atMs);
  return (await loadFunction('meter-usage', given))(SCHEDULED);
}

async function report(...events: object[]) {
  const run = await loadFunction('record-usage', given);
  const body = JSON.stringify(events.map((event) => ({ subscriptionId: ID, dimension: 'requests', ...event })));
  return run(anHttpApiEvent({ headers: { 'content-type': 'application/json' }, body }, 'POST'));
}

describe('record-usage', () => {
  const event = { id: '1', quantity: 1, time: new Date(NOON_MS).toISOString() };

  it('keeps an event for the configured days', async () => {
    await report(event);
    expect(itemsOf('usageEvents').map(({ expiresAt }) => numberOf(expiresAt))).toEqual([
      NOON_MS / 1000 + 1000 * DAY_SECONDS,
    ]);
  });

  it('refuses an event that is older than the configured hours, and a tag that the product does not have', async () => {
    const late = { ...event, time: new Date(NOON_MS - 3 * HOUR_MS - 1).toISOString() };
    const { body } = await report(late, { ...event, id: '2', tags: { Department: 'legal' } });
    expect(JSON.parse(body ?? '').results).toMatchObject([{ reason: 'tooLate' }, { reason: 'tagNotAllowed' }]);
  });

  it('accepts an event of exactly the configured age, with a tag of the product', async () => {
    const old = { ...event, time: new Date(NOON_MS - 3 * HOUR_MS).toISOString(), tags: { Team: 'blue' } };
    const { body } = await report(old);
    expect(JSON.parse(body ?? '').results).toMatchObject([{ status: 'accepted' }]);
  });

  it.each(['usageEvents', 'subscriptions'])(
    'answers that the event must be sent again when %s fails, and logs why',
    async (table) => {
      failing(tables, table);
      const { statusCode, body } = await report(event);
      expect([statusCode, JSON.parse(body ?? '').results[0].status]).toEqual([200, 'retry']);
      expect(logged()).toContain('USAGE_STORE_FAILED');
    },
  );

  it('reads the format that the content type names', async () => {
    const data = { subscriptionId: ID, dimension: 'requests', quantity: 1 };
    const body = JSON.stringify({
      specversion: '1.0',
      type: 'used',
      source: '/app',
      ...event,
      quantity: undefined,
      data,
    });
    const run = await loadFunction('record-usage', given);
    const headers = { 'content-type': 'application/cloudevents+json' };
    const answer = await run(anHttpApiEvent({ headers, body }, 'POST'));
    expect(JSON.parse(answer.body ?? '').results).toMatchObject([{ status: 'accepted' }]);
  });
});

describe('aggregate-usage', () => {
  it('leaves a new hour open until the configured grace is over', async () => {
    await aggregate();
    expect(itemsOf('hourlyUsage').map(({ dueAt }) => numberOf(dueAt))).toEqual([NOON_MS + HOUR_MS + 20 * MINUTE_MS]);
  });

  it('keeps a tally for longer than its events, which are kept for the configured days', async () => {
    // Too long for the hour's own item.
    const long = 'x'.repeat(256);
    await aggregate({ tags: { Team: long, Department: long, Project: long, Stage: long } });
    expect(itemsOf('usageTallies').map(({ expiresAt }) => numberOf(expiresAt))).toEqual([
      NOON_MS / 1000 + 1060 * DAY_SECONDS,
    ]);
  });

  it('begins no tally in the last 20 seconds before its timeout, asks for the event again, and logs why', async () => {
    const again = { batchItemFailures: [{ itemIdentifier: '1' }] };
    expect(await aggregate({}, { remainingMs: 20_000 })).toEqual(again);
    expect(logged()).toContain('USAGE_NOT_TALLIED');
    expect(await aggregate({}, { remainingMs: 20_001 })).toEqual({ batchItemFailures: [] });
  });

  it('sets an event aside that is older than the configured hours', async () => {
    await aggregate({ timeMs: NOON_MS - 3 * HOUR_MS - 1, receivedAtMs: NOON_MS });
    expect(tables.setAside).toMatchObject([{ reason: 'tooLate' }]);
    expect(tables.hours).toEqual([]);
  });
});

describe('meter-usage', () => {
  it('bills an hour once the configured grace is over, and not before', async () => {
    await aggregate();
    await meter(NOON_MS + HOUR_MS + 20 * MINUTE_MS - 1);
    expect(states()).toEqual({ '2026-03-10T12': 'open' });
    await meter(NOON_MS + HOUR_MS + 20 * MINUTE_MS);
    expect(states()).toMatchObject({ '2026-03-10T12': 'billed' });
  });

  it('names the customer and the product of an older product, and no licence', async () => {
    await aggregate();
    await meter(NOON_MS + HOUR_MS + 20 * MINUTE_MS);
    const [call] = metering.commandCalls(BatchMeterUsageCommand);
    expect(call?.args[0].input).toMatchObject({
      ProductCode: OLDER_PRODUCT,
      UsageRecords: [{ CustomerIdentifier: 'c-1', Dimension: 'requests' }],
    });
  });

  it('opens the next hour for a zero record, due after the configured grace', async () => {
    await aggregate();
    await meter(NOON_MS + HOUR_MS + 20 * MINUTE_MS);
    expect(states()).toMatchObject({ '2026-03-10T13': 'open' });
    const due = itemsOf('hourlyUsage').find(({ sk }) => String(sk).startsWith('2026-03-10T13'))?.dueAt;
    expect(numberOf(due)).toBe(NOON_MS + 2 * HOUR_MS + 20 * MINUTE_MS);
  });

  it('expires usage that AWS no longer accepts, because the seller chose so', async () => {
    await aggregate();
    await meter(NOON_MS + 30 * HOUR_MS);
    expect(states()).toMatchObject({ '2026-03-10T12': 'expired' });
    expect(tables.noticesOf('MeteringRejected')).toMatchObject([{ outcome: 'expired' }]);
  });

  it('bills what is held back when the configured hours are left, because the seller chose so', async () => {
    await aggregate();
    const decided = { by: 'sam', atMs: NOON_MS, reason: 'investigation' };
    const hold = { of: 'product', id: OLDER_PRODUCT, ...decided };
    tables.put('hourlyUsage', { pk: 'holds', sk: `product#${OLDER_PRODUCT}`, ...hold });
    await meter(NOON_MS + 22 * HOUR_MS - 1);
    expect(states()).toEqual({ '2026-03-10T12': 'open' });
    await meter(NOON_MS + 22 * HOUR_MS);
    expect(states()).toMatchObject({ '2026-03-10T12': 'billed' });
  });

  it('paces its calls as configured', async () => {
    await aggregate();
    await meter(NOON_MS + 2 * HOUR_MS);
    const quota = itemsOf('hourlyUsage').find(({ pk }) => pk === 'quota');
    expect(quota).toMatchObject({ sk: 'BatchMeterUsage' });
    expect(numberOf(quota?.nextSlotAt) - numberOf(quota?.takenAt)).toBe(500);
  });

  it('runs at once when an operator asks for it', async () => {
    await aggregate();
    clock.set(NOON_MS + 2 * HOUR_MS);
    await (
      await loadFunction('meter-usage', given)
    )(queueOf(JSON.stringify({ meter: 'now' })));
    expect(states()).toMatchObject({ '2026-03-10T12': 'billed' });
  });

  it('logs why an hour failed, which the next run tries again', async () => {
    await aggregate();
    failing(tables, 'balance#');
    await meter(NOON_MS + 2 * HOUR_MS);
    expect([states(), logged()]).toEqual([{ '2026-03-10T12': 'open' }, expect.stringContaining('METERING_FAILED')]);
  });

  it('starts no work in the last 30 seconds before its timeout', async () => {
    await aggregate();
    clock.set(NOON_MS + 2 * HOUR_MS);
    const run = await loadFunction('meter-usage', given);
    await expect(run(SCHEDULED, { remainingMs: 30_000 })).resolves.toEqual({ hoursLeft: 1 });
    await expect(run(SCHEDULED, { remainingMs: 30_001 })).resolves.toEqual({ hoursLeft: 0 });
  });

  it('waits for the configured batching window before it seals the unfinished hour of an ending', async () => {
    await aggregate();
    const endingAt = new Date(NOON_MS + 30 * MINUTE_MS).toISOString();
    const ending = givenSubscription({ state: 'ending', endingAt });
    const run = await loadFunction('meter-usage', given);
    for (const [seconds, state] of [
      [0, 'open'],
      [259, 'open'],
      [260, 'billed'],
    ] as const) {
      clock.set(NOON_MS + 30 * MINUTE_MS + seconds * 1000);
      await run(streamOf({ ...ending }));
      expect(states()).toEqual({ '2026-03-10T12': state });
    }
  });
});

describe('describe-subscription', () => {
  it('names the configured product and its units', async () => {
    await aggregate();
    const run = await loadFunction('describe-subscription', given);
    const { body } = await run(anHttpApiEvent({ rawPath: `/subscriptions/${ID}` }));
    expect(JSON.parse(body ?? '')).toMatchObject({
      productName: 'The older product',
      usage: { dimensions: [{ dimension: 'requests', unit: 'request', open: '1' }] },
    });
  });

  it('lists the subscriptions of an account', async () => {
    const { customerAWSAccountId } = givenSubscription({ customerAWSAccountId: '111122223333' });
    const run = await loadFunction('describe-subscription', given);
    const { body } = await run(
      anHttpApiEvent({ rawPath: '/subscriptions', rawQueryString: `customerAWSAccountId=${customerAWSAccountId}` }),
    );
    expect(JSON.parse(body ?? '')).toMatchObject({ subscriptions: [{ subscriptionId: ID }] });
  });
});

describe('refresh-entitlements', () => {
  it("asks AWS by the older product's customer identifier", async () => {
    const run = await loadFunction('refresh-entitlements', given);
    await run(streamOf({ ...givenSubscription() }));
    const [call] = entitlements.commandCalls(GetEntitlementsCommand);
    expect(call?.args[0].input).toMatchObject({
      ProductCode: OLDER_PRODUCT,
      Filter: { CUSTOMER_IDENTIFIER: ['c-1'] },
    });
  });

  it('checks what is due on its schedule, but not in the last 20 seconds before its timeout', async () => {
    const run = await loadFunction('refresh-entitlements', given);
    await run(streamOf({ ...givenSubscription() }));
    clock.set(NOON_MS + 26 * HOUR_MS);
    await expect(run(SCHEDULED, { remainingMs: 20_000 })).resolves.toEqual({ checksLeft: 1 });
    await expect(run(SCHEDULED, { remainingMs: 20_001 })).resolves.toEqual({ checksLeft: 0 });
    expect(entitlements.commandCalls(GetEntitlementsCommand)).toHaveLength(2);
  });
});
