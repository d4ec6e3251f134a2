import { beforeEach, describe, expect, it } from 'vitest';
import { endSubscription } from '../../lambdas/meter-usage/end-subscription';
import { decimalText, ZERO } from '../../lambdas/shared/domain/decimal';
import { aUsageEvent, HOUR_MS, MINUTE_MS, NOON_MS } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';
import { ContractPath } from './contract-path';

const DAY_MS = 24 * HOUR_MS;
const ONE_MS = NOON_MS + HOUR_MS;

let path: ContractPath;

beforeEach(() => {
  path = new ContractPath();
});

async function use(quantity: string, hours = 0, receivedAtMs?: number): Promise<void> {
  const timeMs = NOON_MS + hours * HOUR_MS;
  await path.deliver(aUsageEvent({ quantity, timeMs, receivedAtMs: receivedAtMs ?? timeMs }));
}

describe('usage that a contract covers', () => {
  it('bills only the overage of a contract, to the millionth', async () => {
    await path.check(NOON_MS, '10');
    await use('8');
    await use('4.5', 1);
    await path.check(ONE_MS + HOUR_MS, '10');
    await path.meter({ at: ONE_MS + HOUR_MS + 5 * MINUTE_MS });
    expect(path.endsOf()).toEqual({
      '2026-03-10T12': ['covered', '0', '8', '0'],
      '2026-03-10T13': ['billed', '2.5', '2', '0'],
    });
    expect([path.coveredOf(), path.carried]).toEqual(['10', '0']);
  });

  it('covers usage anew in the next month', async () => {
    await path.check(NOON_MS, '10');
    for (const days of [0, 21, 22]) await use('9', days * 24);
    await path.check(NOON_MS + 30 * DAY_MS, '10');
    await path.meter({ at: NOON_MS + 21 * DAY_MS + 2 * HOUR_MS });
    await path.meter({ at: NOON_MS + 22 * DAY_MS + 2 * HOUR_MS });
    expect(path.coveredOf()).toBe('19');
  });

  it('bills a dimension that no entitlement covers in full, without a check', async () => {
    await path.deliver(aUsageEvent({ dimension: 'compute_hours', quantity: '3' }));
    await path.meter();
    expect(path.endsOf()).toEqual({ '2026-03-10T12': ['billed', '3', '0', '0'] });
  });

  it('covers usage once when two runs seal its hours at the same time', async () => {
    await path.check(NOON_MS, '10');
    for (let hour = 0; hour < 6; hour += 1) await use('3', hour);
    await path.check(NOON_MS + 6 * HOUR_MS, '10');
    const at = NOON_MS + 6 * HOUR_MS + 5 * MINUTE_MS;
    await Promise.all([path.meter({ at }), path.meter({ at })]);
    await path.meter({ at });
    const billed = Object.values(path.hours).reduce((total, [, quantity = '0']) => total.plus(quantity), ZERO);
    expect([path.coveredOf(), decimalText(billed), path.carried]).toEqual(['10', '8', '0']);
  });
});

describe('an hour that a contract may cover', () => {
  it('holds an hour back until an entitlement check after its end, and never bills it in full', async () => {
    await path.check(NOON_MS + 59 * MINUTE_MS, '10');
    await use('12');
    await path.meter();
    expect(path.endsOf()).toEqual({ '2026-03-10T12': ['open', '0', '0', '0'] });
    expect(path.counters.counts).toMatchObject({ 'HoursWaiting.entitlementsNotChecked': 1 });
    await path.check(ONE_MS + 6 * MINUTE_MS, '10');
    await path.meter({ at: ONE_MS + 7 * MINUTE_MS });
    expect(path.endsOf()).toEqual({ '2026-03-10T12': ['billed', '2', '10', '0'] });
  });

  it('carries only the overage to the next hour when its check comes after the window', async () => {
    await path.check(NOON_MS, '10');
    await use('12');
    const later = ONE_MS + 30 * HOUR_MS;
    await path.meter({ at: later });
    expect(path.endsOf()).toEqual({ '2026-03-10T12': ['open', '0', '0', '0'] });
    await path.check(later, '10');
    await path.meter({ at: later });
    await path.check(later + 2 * HOUR_MS, '10');
    await path.meter({ at: later + 2 * HOUR_MS });
    expect(path.endsOf()).toEqual({
      '2026-03-10T12': ['covered', '0', '10', '0'],
      '2026-03-11T19': ['billed', '2', '0', '0'],
    });
  });

  it('expires only the overage when its check comes after the window and the seller chose so', async () => {
    path.unsendableUsage = 'expire';
    await use('12');
    await path.check(ONE_MS + 30 * HOUR_MS, '10');
    await path.meter({ at: ONE_MS + 30 * HOUR_MS });
    expect(path.endsOf()).toEqual({ '2026-03-10T12': ['expired', '0', '10', '2'] });
    expect(path.counters.counts).toMatchObject({ 'UnitsClosed.expired': 2 });
  });

  it('covers late usage in the period in which it was used', async () => {
    path.latenessHours = 720;
    const april = NOON_MS + 22 * DAY_MS;
    await path.check(NOON_MS, '10');
    const marchEnd = 21 * 24 + 11;
    await use('4', marchEnd);
    await path.check(april, '10');
    await path.meter({ at: april });
    // The last hour of March is sealed: this tally moves to the first of April, which has usage, too.
    await use('9', marchEnd, april);
    await use('7', marchEnd + 1, april);
    await path.meter({ at: april });
    expect(path.endsOf()).toEqual({
      '2026-03-31T23': ['covered', '0', '4', '0'],
      '2026-04-01T00': ['billed', '3', '13', '0'],
    });
  });
});

describe('the end of a subscription with a contract', () => {
  const ENDED_AT_MS = NOON_MS + 40 * MINUTE_MS;

  beforeEach(async () => {
    await path.check(NOON_MS, '10');
    await use('12');
    path.givenSubscription({ state: 'ending', endingAt: new Date(ENDED_AT_MS).toISOString() });
    await passAt(ENDED_AT_MS + MINUTE_MS);
  });

  async function passAt(ms: number): Promise<void> {
    path.clock.set(ms);
    await endSubscription(aSubscriptionId(1), path.meterDeps());
  }

  it('bills the unfinished hour after a check from after the end, with the amounts until the end', async () => {
    await passAt(ENDED_AT_MS + 5 * MINUTE_MS);
    expect(path.endsOf()).toEqual({ '2026-03-10T12': ['open', '0', '0', '0'] });
    await path.check(ENDED_AT_MS + 6 * MINUTE_MS, '0');
    await passAt(ENDED_AT_MS + 10 * MINUTE_MS);
    expect(path.endsOf()).toEqual({ '2026-03-10T12': ['billed', '2', '10', '0'] });
  });

  it('bills nothing without a check after the end, and expires the hour with its quantity', async () => {
    for (let minute = 5; minute <= 60; minute += 5) await passAt(ENDED_AT_MS + minute * MINUTE_MS);
    expect(path.endsOf()).toEqual({ '2026-03-10T12': ['expired', '0', '0', '12'] });
    expect(path.counters.counts).toMatchObject({ 'UnitsClosed.expired': 12 });
    expect(path.tables.subscription(aSubscriptionId(1)).state).toBe('ended');
  });

  it('covers stragglers that arrive too late to be billed', async () => {
    await path.check(ENDED_AT_MS + 1, '0');
    await passAt(ENDED_AT_MS + HOUR_MS);
    expect(path.endsOf()).toEqual({ '2026-03-10T12': ['expired', '0', '10', '2'] });
  });
});
