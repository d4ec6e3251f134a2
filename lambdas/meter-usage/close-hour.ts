import { decimal, decimalText } from '../shared/domain/decimal';
import { acceptedUntilMs } from '../shared/domain/hour';
import { stateAfterWindow, type HourlyUsage } from '../shared/domain/hourly-usage';
import type { SealedRecord } from '../shared/domain/metering-record';
import { reasonOf, toMeteringRejected, type UnbilledHour } from '../shared/domain/rejection-notices';
import { SEND_MARGIN_MS } from '../shared/domain/sealing';
import type { HourKey } from '../shared/domain/usage-tally';
import type { Clock } from '../shared/runtime/clock';
import type { Log } from '../shared/runtime/invocation';
import type { Counters } from '../shared/runtime/metrics';
import type { HourlyUsageStore } from '../shared/stores/hourly-usage';
import type { Finishing, HourOwner } from './seal-hour';
import { withBalance } from './with-balance';

export interface CloseHourDeps {
  hourlyUsage: HourlyUsageStore;
  unsendableUsage: 'carry' | 'expire';
  graceMs: number;
  clock: Clock;
  counters: Counters;
  logger: Pick<Log, 'warn'>;
}

/** A sealed hour: its record while AWS takes it; after that, its end. */
export async function sendableOrClosed(
  hour: HourlyUsage,
  { subscription, finishing }: Pick<HourOwner, 'subscription' | 'finishing'>,
  deps: CloseHourDeps,
): Promise<SealedRecord | undefined> {
  const { hourlyUsage, clock, counters, unsendableUsage } = deps;
  const { subscriptionId, dimension, record, sends, answers } = hour;
  const hourKey = { subscriptionId, dimension, hour: hour.hour };
  if (record === undefined)
    throw new Error(`The sealed hour ${hour.hour} of ${dimension} of ${subscriptionId} has no record.`);
  const isTaken = clock.now() + SEND_MARGIN_MS < acceptedUntilMs(record.timestampSeconds * 1000);
  const subscriptionVersion = subscription?.version;
  if (isTaken && !finishing.isOver) return { hourKey, record, sends, answers, subscriptionVersion };
  const state = stateAfterWindow(hour);
  const { productCode } = record;
  const quantity = decimal(record.quantity);
  if (state === 'expired' && unsendableUsage === 'carry' && !finishing.isOver) {
    await carryUnsent({ hourKey, quantity: record.quantity }, finishing, deps);
    return undefined;
  }
  const reason = reasonOf(hour, { state, isOver: finishing.isOver });
  const loss = { hourKey, state, reason, quantity, record, productCode, subscriptionVersion };
  const notice = toMeteringRejected(loss, new Date(clock.now()).toISOString());
  await hourlyUsage.close(hourKey, { state, seen: hour, notice });
  counters.count(`RecordsClosed.${state}`, 1);
  noteLoss(loss, deps);
  return undefined;
}

/** Sealed, but no run came to send it in time, or AWS was too busy for every one that did. */
async function carryUnsent(
  { hourKey, quantity }: { hourKey: HourKey; quantity: number },
  { mayOpen }: Finishing,
  deps: CloseHourDeps,
): Promise<void> {
  await withBalance(hourKey, { ...deps, mayOpen }, async ({ balance, openedFor }) => {
    const hour = await deps.hourlyUsage.get(hourKey);
    if (hour?.state !== 'sealed' || stateAfterWindow(hour) !== 'expired') return undefined;
    const opened = openedFor(balance.amount.plus(quantity));
    return deps.hourlyUsage.carry({ hourKey, quantity, seen: hour, balance, ...opened });
  });
}

/** Usage that will not be billed: metrics of its quantity, and a line that says which hour. */
export function noteLoss(
  { hourKey, state, reason, quantity, productCode: product }: UnbilledHour & { productCode: string | undefined },
  { counters, logger }: Pick<CloseHourDeps, 'counters' | 'logger'>,
): void {
  counters.count(`UnitsClosed.${state}`, quantity.toNumber());
  counters.count('UnitsNotBilled', quantity.toNumber(), { product, reason });
  const units = decimalText(quantity);
  logger.warn('Not billed', { messageCode: 'USAGE_NOT_BILLED', ...hourKey, state, units });
}
