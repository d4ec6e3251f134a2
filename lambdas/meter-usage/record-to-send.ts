import type { Product } from '../shared/contract/seller-configuration';
import { decimal } from '../shared/domain/decimal';
import { acceptedUntilMs } from '../shared/domain/hour';
import { hourKeyOf, stateAfterWindow, type SealedHour } from '../shared/domain/hourly-usage';
import type { SealedRecord } from '../shared/domain/metering-record';
import { quantityFormOf } from '../shared/domain/quantity-form';
import { reasonOf, toMeteringRejected } from '../shared/domain/rejection-notices';
import { SEND_MARGIN_MS } from '../shared/domain/sealing';
import type { HourlyUsageStore } from '../shared/stores/hourly-usage';
import type { Finishing, HourOwner } from './finishing';
import { noteLoss, type NoteLossDeps } from './note-loss';
import { withBalance, type WithBalanceDeps } from './with-balance';

export interface RecordToSendDeps extends NoteLossDeps, Omit<WithBalanceDeps, 'mayOpen' | 'form'> {
  hourlyUsage: Pick<HourlyUsageStore, 'get' | 'getBalance' | 'carry' | 'settleWindowEnd'>;
  products: ReadonlyMap<string, Product>;
  unsendableUsage: 'carry' | 'expire';
}

/** The record of a sealed hour while AWS accepts it. Afterwards undefined, and the hour gets its final state. */
export async function recordToSend(
  hour: SealedHour,
  { subscription, finishing }: Pick<HourOwner, 'subscription' | 'finishing'>,
  deps: RecordToSendDeps,
): Promise<SealedRecord | undefined> {
  const { hourlyUsage, clock, counters, unsendableUsage } = deps;
  const { record, sends, answers } = hour;
  const hourKey = hourKeyOf(hour);
  const isTaken = clock.now() + SEND_MARGIN_MS < acceptedUntilMs(record.timestampSeconds * 1000);
  const subscriptionVersion = subscription?.version;
  if (isTaken && !finishing.isOver) return { hourKey, record, sends, answers, subscriptionVersion };
  const state = stateAfterWindow(hour);
  if (state === 'expired' && unsendableUsage === 'carry' && !finishing.isOver) {
    await carryUnsent(hour, finishing, deps);
    return undefined;
  }
  const { productCode } = record;
  const quantity = decimal(record.quantity);
  const reason = reasonOf(hour, { state, isOver: finishing.isOver });
  const loss = { hourKey, state, reason, quantity, record, productCode, subscriptionVersion };
  const notice = toMeteringRejected(loss, new Date(clock.now()).toISOString());
  await hourlyUsage.settleWindowEnd(hourKey, { state, seen: hour, notice });
  counters.count(`RecordsClosed.${state}`, 1);
  noteLoss(loss, deps);
  return undefined;
}

/** Returns a sealed hour to the Balance. AWS never accepted it: no run sent it in time, or AWS left it unprocessed. */
async function carryUnsent(
  { record, ...sealed }: SealedHour,
  { mayOpen }: Finishing,
  deps: RecordToSendDeps,
): Promise<void> {
  const hourKey = hourKeyOf(sealed);
  const quantity = decimal(record.quantity);
  const form = quantityFormOf(deps.products.get(record.productCode), hourKey.dimension);
  await withBalance(hourKey, { ...deps, form, mayOpen }, async ({ balance, openedFor }) => {
    const hour = await deps.hourlyUsage.get(hourKey);
    if (hour?.state !== 'sealed' || stateAfterWindow(hour) !== 'expired') return undefined;
    const opened = openedFor(balance.amount.plus(quantity));
    return deps.hourlyUsage.carry({ hourKey, quantity, seen: hour, balance, ...opened });
  });
}
