import { describe, expect, it } from 'vitest';
import { decimalText } from '../../lambdas/shared/domain/decimal';
import { hourOf } from '../../lambdas/shared/domain/hour';
import { totalOf } from '../../lambdas/shared/domain/usage-tally';
import { IncompleteFoldError, readFoldedHour } from '../../lambdas/shared/stores/folded-hour';
import { aUsageEvent, NOON_MS } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';
import { UsagePath } from './usage-path';

const hourKey = { subscriptionId: aSubscriptionId(1), dimension: 'events', hour: hourOf(NOON_MS) };

function depsOf({ hourlyUsage, usageTallies, clock }: UsagePath) {
  return { hourlyUsage, usageTallies, sleep: clock.sleep };
}

describe('readFoldedHour', () => {
  it('uses the given hour when it already counts every tally', async () => {
    const path = new UsagePath().givenTalliesOnly();
    await path.deliver(aUsageEvent({ quantity: '5' }));
    const known = await path.hourlyUsage.get(hourKey);
    path.hourlyUsage.get = async () => Promise.reject(new Error('read again'));
    expect((await readFoldedHour(hourKey, depsOf(path), known))?.hour).toEqual(known);
  });

  it('reads the hour again when a tally was added since', async () => {
    const path = new UsagePath().givenTalliesOnly();
    await path.deliver(aUsageEvent({ quantity: '5' }));
    const known = await path.hourlyUsage.get(hourKey);
    await path.deliver(aUsageEvent({ quantity: '2' }));
    const folded = await readFoldedHour(hourKey, depsOf(path), known);
    expect(folded?.hour.tallies).toBe(2);
    expect(folded && decimalText(totalOf(folded.fold))).toBe('7');
  });

  it('refuses a tally that came after the hour was read', async () => {
    const path = new UsagePath().givenTalliesOnly();
    await path.deliver(aUsageEvent({ quantity: '5' }));
    const known = await path.hourlyUsage.get(hourKey);
    await path.deliver(aUsageEvent({ quantity: '2' }));
    path.hourlyUsage.get = async () => known;
    await expect(readFoldedHour(hourKey, depsOf(path))).rejects.toThrow(IncompleteFoldError);
  });

  it('counts an event once that is in a tally and, delivered again, in the item of its hour', async () => {
    const path = new UsagePath().givenTalliesOnly();
    const [first, second] = [aUsageEvent({ quantity: '5' }), aUsageEvent({ quantity: '2' })];
    await path.deliver(first);
    path.givenOpenHours(undefined);
    await path.deliver(first, second);
    const folded = await readFoldedHour(hourKey, depsOf(path));
    expect(folded && [folded.fold.size, decimalText(totalOf(folded.fold))]).toEqual([2, '7']);
  });

  it('fails while a tally that the hour counts is missing', async () => {
    const path = new UsagePath().givenTalliesOnly();
    await path.deliver(aUsageEvent());
    path.usageTallies.ofHour = async () => [];
    const known = await path.hourlyUsage.get(hourKey);
    await expect(readFoldedHour(hourKey, depsOf(path), known)).rejects.toThrow(IncompleteFoldError);
  });
});
