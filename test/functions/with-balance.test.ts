import { describe, expect, it } from 'vitest';
import { withBalance } from '../../lambdas/meter-usage/with-balance';
import { decimal } from '../../lambdas/shared/domain/decimal';
import { hourOf } from '../../lambdas/shared/domain/hour';
import type { BalancedWriteResult } from '../../lambdas/shared/stores/hourly-usage';
import { NOON_MS } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';
import { SettableClock } from '../fakes/settable-clock';
import { UsagePath } from './usage-path';

const hourKey = { subscriptionId: aSubscriptionId(1), dimension: 'events', hour: hourOf(NOON_MS) };

/** The hours that are tried when the writes return these results in turn. */
async function tried(...results: (BalancedWriteResult | undefined)[]) {
  const hours: (string | undefined)[] = [];
  const written = await withBalance(
    hourKey,
    {
      hourlyUsage: new UsagePath().hourlyUsage,
      clock: new SettableClock(NOON_MS + 3_900_000),
      graceMs: 300_000,
      form: 'whole',
      mayOpen: () => true,
    },
    async ({ openedFor }) => {
      hours.push(openedFor(decimal(1)).balanceHour?.hour);
      return results[hours.length - 1];
    },
  );
  return { written, hours };
}

describe('a write that moves the Balance', () => {
  it('writes once when no other write interferes', async () => {
    expect(await tried('written')).toEqual({ written: true, hours: ['2026-03-10T13'] });
  });

  it('tries again with the current Balance after a change', async () => {
    expect(await tried('changed', 'written')).toMatchObject({ written: true, hours: { length: 2 } });
  });

  it('moves the Balance to a later hour when the first is closed', async () => {
    const { written, hours } = await tried('balanceHourNotOpen', 'balanceHourNotOpen', 'changed', 'written');
    expect(written).toBe(true);
    expect(hours).toEqual(['2026-03-10T13', '2026-03-10T14', '2026-03-10T15', '2026-03-10T15']);
  });

  it('gives up when nothing is left to write, or after too many changes', async () => {
    expect(await tried(undefined)).toMatchObject({ written: false, hours: { length: 1 } });
    expect(await tried(...Array.from({ length: 9 }, () => 'changed' as const))).toMatchObject({ written: false });
  });
});
