import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDependencies } from '../../../lambdas/aggregate-usage/dependencies';
import { aggregateUsage } from '../../../lambdas/aggregate-usage/aggregate-usage';
import { decimal, decimalText, sum } from '../../../lambdas/shared/domain/decimal';
import { hourOf } from '../../../lambdas/shared/domain/hour';
import { expiryOf } from '../../../lambdas/shared/domain/sealing';
import { totalOf } from '../../../lambdas/shared/domain/usage-tally';
import { readFoldedHour } from '../../../lambdas/shared/stores/folded-hour';
import { DynamoDbHourlyUsageStore } from '../../../lambdas/shared/stores/hourly-usage';
import { DynamoDbUsageEventStore, usageEventItem } from '../../../lambdas/shared/stores/usage-events';
import type { UsageEvent } from '../../../lambdas/shared/domain/usage-event';
import type { Ops } from '../../../ops/command';
import { operatorPorts } from '../../../ops/function-ports';
import { redriveStoredEvents } from '../../../ops/redrive/stored-events';
import { listMarks } from '../../../ops/stores/ledger-items';
import { databaseOf, hoursBetween, ledgerStores } from '../../../ops/stores/ledger-stores';
import { aConfiguration } from '../../lib/synthesized';
import { aUsageEvent, NOON_MS } from '../../builders/a-usage-event';
import { aSubscriptionId } from '../../builders/ids';
import { anOperatorsOps } from './an-operators-ops';

const HOUR_MS = 3_600_000;
const NOW_MS = NOON_MS + 30 * HOUR_MS;
const RANGE = { sinceMs: NOON_MS - HOUR_MS, untilMs: NOON_MS + 2 * HOUR_MS, dryRun: false };

const givenOps = () => anOperatorsOps(aConfiguration(), NOW_MS);

async function givenStored(ops: Ops, ...events: UsageEvent[]): Promise<UsageEvent[]> {
  const store = new DynamoDbUsageEventStore(databaseOf(ops.installation));
  await Promise.all(events.map((event) => store.put(event, NOW_MS)));
  return events;
}

/** Aggregates events as the stream does in the meantime. */
async function deliver(ops: Ops, changes: { newImage: Record<string, unknown>; oldImage?: Record<string, unknown> }[]) {
  const numbered = changes.map((change, index) => ({ sequenceNumber: String(index), ...change }));
  const { tables } = ops.installation;
  const config = { tables, configuration: ops.configuration() };
  const deps = createDependencies(operatorPorts(ops), config, { remainingMs: Infinity });
  expect(await aggregateUsage(numbered, deps)).toEqual([]);
}

const images = (events: UsageEvent[]) => events.map((event) => ({ newImage: usageEventItem(event, NOW_MS) }));

/** The usage of each hour of the only subscription and dimension. */
async function used(ops: Ops): Promise<Record<string, string>> {
  const held: Record<string, string> = {};
  for await (const hour of hoursBetween(ops.installation, { subscriptionId: aSubscriptionId(1) })) {
    const folded = await readFoldedHour(hour, ledgerStores(ops.installation));
    if (folded) held[hour.hour.slice(11)] = decimalText(totalOf(folded.fold));
  }
  return held;
}

async function seal(ops: Ops, timeMs: number): Promise<void> {
  const hourlyUsage = new DynamoDbHourlyUsageStore(databaseOf(ops.installation));
  const hourKey = { subscriptionId: aSubscriptionId(1), dimension: 'events', hour: hourOf(timeMs) };
  const folded = await readFoldedHour(hourKey, ledgerStores(ops.installation));
  if (folded === undefined) return;
  const balance = await hourlyUsage.getBalance(hourKey);
  const sealing = expiryOf({ hourKey, fold: folded.fold, periods: [], balance: balance.amount });
  await hourlyUsage.seal({ hourKey, sealing, folded: folded.hour, balance });
}

describe('redriving stored usage events', () => {
  it('redrives events into hours only if no hour holds them', async () => {
    const ops = await givenOps();
    const [first] = await givenStored(ops, aUsageEvent({ quantity: '2' }), aUsageEvent({ quantity: '0.5' }));
    if (first) await deliver(ops, images([first]));
    expect(await redriveStoredEvents({ ...RANGE, dryRun: true }, ops)).toMatchObject({ fed: 2, notInAnyHour: 1 });
    expect(await used(ops)).toEqual({ 12: '2' });
    expect(await redriveStoredEvents(RANGE, ops)).toMatchObject({ read: 2, fed: 2, failed: 0 });
    expect(await used(ops)).toEqual({ 12: '2.5' });
    expect(await redriveStoredEvents({ ...RANGE, dryRun: true }, ops)).toMatchObject({ notInAnyHour: 0 });
  });

  it('counts no redriven event twice when it runs twice, while the stream delivers and hours are sealed', async () => {
    const ops = await givenOps();
    const events = await givenStored(
      ops,
      ...Array.from({ length: 30 }, (_, n) => aUsageEvent({ quantity: '1.1', timeMs: NOON_MS + (n % 2) * HOUR_MS })),
    );
    await deliver(ops, images(events.slice(0, 10)));
    await seal(ops, NOON_MS);
    await Promise.all([
      redriveStoredEvents(RANGE, ops),
      redriveStoredEvents(RANGE, ops),
      deliver(ops, images(events.slice(5, 20))),
      deliver(ops, images(events.slice(15))),
    ]);
    await seal(ops, NOON_MS + HOUR_MS);
    await redriveStoredEvents(RANGE, ops);
    await deliver(ops, images(events));
    const held = Object.values(await used(ops)).map((quantity) => decimal(quantity));
    expect(decimalText(sum(held))).toBe('33');
  });

  it('does not redrive an overwritten event, so that the original is billed', async () => {
    const ops = await givenOps();
    const [event] = await givenStored(ops, aUsageEvent({ quantity: '2' }));
    if (event === undefined) return;
    const oldImage = usageEventItem(event, NOW_MS);
    const newImage = usageEventItem(
      { ...event, ...aUsageEvent({ quantity: '9', id: event.id, timeMs: NOON_MS + HOUR_MS }) },
      NOW_MS,
    );
    await deliver(ops, [{ newImage: oldImage }]);
    await ops.installation.dynamoDb.send(
      new PutCommand({ TableName: ops.installation.tables.usageEvents, Item: newImage }),
    );
    await deliver(ops, [{ newImage, oldImage }]);
    expect(await redriveStoredEvents(RANGE, ops)).toMatchObject({ inRange: 1, fed: 0, skippedOverwritten: 1 });
    expect(await used(ops)).toEqual({ 12: '2' });
  });

  it('sets aside a redriven item that is not valid usage once, whatever the order of its attributes', async () => {
    const ops = await givenOps();
    const late = usageEventItem(aUsageEvent({ timeMs: NOON_MS - 40 * HOUR_MS, receivedAtMs: NOON_MS }), NOW_MS);
    const malformed = { pk: `${aSubscriptionId(1)}##x`, subscriptionId: aSubscriptionId(1), quantity: 'many' };
    for (const Item of [late, malformed]) {
      await ops.installation.dynamoDb.send(new PutCommand({ TableName: ops.installation.tables.usageEvents, Item }));
    }
    const reversed = Object.fromEntries(Object.entries(malformed).toReversed());
    await deliver(ops, [{ newImage: reversed }]);
    expect(await redriveStoredEvents(RANGE, ops)).toMatchObject({ fed: 1, skippedSetAside: 1 });
    expect(await redriveStoredEvents(RANGE, ops)).toMatchObject({ fed: 0, skippedSetAside: 2 });
    const reasons: string[] = [];
    for await (const { reason } of listMarks(ops.installation, aSubscriptionId(1))) reasons.push(reason);
    expect(reasons.sort()).toEqual(['malformed', 'tooLate']);
  });

  it('redrives only events received within the range', async () => {
    const ops = await givenOps();
    await givenStored(
      ops,
      aUsageEvent({ timeMs: RANGE.sinceMs - 1 }),
      aUsageEvent(),
      aUsageEvent({ timeMs: RANGE.untilMs }),
    );
    expect(await redriveStoredEvents(RANGE, ops)).toMatchObject({ read: 3, inRange: 1, fed: 1 });
  });
});
