import type { QuantityForm } from '../shared/contract/seller-configuration';
import type { Decimal } from '../shared/domain/decimal';
import { hourEndMs, nextHour, type Hour, type HourKey } from '../shared/domain/hour';
import type { Balance } from '../shared/domain/balance';
import { sendablePart } from '../shared/domain/quantity-form';
import { hourForBalance } from '../shared/domain/sealing';
import type { Clock } from '../shared/runtime/ports';
import type { BalancedWriteResult, HourlyUsageStore } from '../shared/stores/hourly-usage';
import type { SealRequest } from '../shared/stores/hourly-usage-sealing';

export interface WithBalanceDeps {
  hourlyUsage: Pick<HourlyUsageStore, 'getBalance'>;
  clock: Clock;
  graceMs: number;
  /** The form in which the dimension is configured to be sent. */
  form: QuantityForm;
  /** Whether an hour can still be opened to bill a Balance. */
  mayOpen(hour: Hour): boolean;
}

export interface BalanceAttempt {
  nowMs: number;
  balance: Balance;
  /** The hour to open for the new Balance, if it makes a step of the form. */
  openedFor(carriedOut: Decimal): Pick<SealRequest, 'balanceHour'>;
}

const MAX_TRIES = 6;

/**
 * Makes a write that changes the Balance. If another run changes it in the meantime, it is read again; if the hour that
 * should bill it is closed already, a later hour is tried.
 *
 * @param write - one try; returns undefined when there is no longer anything to write
 * @returns whether the write succeeded. If not, the hour stays due.
 */
export async function withBalance(
  hourKey: HourKey,
  { hourlyUsage, clock, graceMs, form, mayOpen }: WithBalanceDeps,
  write: (attempt: BalanceAttempt) => Promise<BalancedWriteResult | undefined>,
): Promise<boolean> {
  let hour = hourForBalance(clock.now(), hourKey.hour);
  for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
    const balance = await hourlyUsage.getBalance(hourKey);
    const openedFor = (carriedOut: Decimal) =>
      sendablePart(carriedOut, form).gt(0) && mayOpen(hour)
        ? { balanceHour: { hour, dueAtMs: hourEndMs(hour) + graceMs } }
        : {};
    const result = await write({ nowMs: clock.now(), balance, openedFor });
    if (result === undefined) return false;
    if (result === 'written') return true;
    if (result === 'balanceHourNotOpen') hour = nextHour(hour);
  }
  return false;
}
