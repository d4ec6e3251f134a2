import type { Product } from '../shared/contract/seller-configuration';
import { decimal, ZERO } from '../shared/domain/decimal';
import { leewayOf } from '../shared/domain/hold';
import { acceptedUntilMs } from '../shared/domain/hour';
import { hourKeyOf, stateAfterWindow, type SealedHour } from '../shared/domain/hourly-usage';
import type { CustomerIdentity, DecidedFor, SealedRecord } from '../shared/domain/metering-record';
import { customerAnew, isRefusedProvisionally } from '../shared/domain/provisional-licence';
import { quantityFormOf } from '../shared/domain/quantity-form';
import { decidedFor, reasonOf, toMeteringRejected } from '../shared/domain/rejection-notices';
import { SEND_MARGIN_MS } from '../shared/domain/sealing';
import type { Subscription } from '../shared/domain/subscription';
import type { HourlyUsageStore } from '../shared/stores/hourly-usage';
import type { HourOwner } from './finishing';
import { holdBack, type HoldHourDeps } from './hold-hour';
import { noteLoss, type NoteLossDeps } from './note-loss';
import { withBalance, type WithBalanceDeps } from './with-balance';

export interface RecordToSendDeps
  extends NoteLossDeps, HoldHourDeps, Omit<WithBalanceDeps, 'mayOpen' | 'form' | 'hourlyUsage'> {
  counters: HoldHourDeps['counters'];
  hourlyUsage: HoldHourDeps['hourlyUsage'] &
    Pick<HourlyUsageStore, 'get' | 'getBalance' | 'carry' | 'refreeze' | 'settleWindowEnd'>;
  products: ReadonlyMap<string, Product>;
  unsendableUsage: 'carry' | 'expire';
}

/**
 * The record of a sealed hour while AWS accepts it and nobody holds it back. A record that AWS may have taken, or has refused,
 * is sent again even then: waiting could only lose the answer. Afterwards undefined, and the hour gets its final state.
 */
export async function recordToSend(
  hour: SealedHour,
  { subscription, finishing }: Pick<HourOwner, 'subscription' | 'finishing'>,
  deps: RecordToSendDeps,
): Promise<SealedRecord | undefined> {
  const { hourlyUsage, clock, counters, unsendableUsage } = deps;
  const { record, sends, answers } = hour;
  const hourKey = hourKeyOf(hour);
  const isTaken = clock.now() + SEND_MARGIN_MS < acceptedUntilMs(record.timestampSeconds * 1000);
  const known = decidedFor(subscription);
  if (isTaken && !finishing.isOver) {
    const leeway = leewayOf(record.timestampSeconds * 1000, subscription, deps.holdRules);
    const mayWait = isCarried(hour, subscription);
    if (mayWait && (await deps.holds.covers({ ...hourKey, productCode: record.productCode }))) {
      const waits = clock.now() < leeway.untilMs;
      if (waits) await holdBack(hour, leeway, deps);
      else if (leeway.afterwards === 'carry') await carryUnsent(hour, { subscription, finishing }, deps);
      if (waits || leeway.afterwards === 'carry') return undefined;
    }
    const customer = customerAnew(hour, subscription);
    if (customer !== undefined) return frozenAnew(hour, { customer, decidedFor: known }, deps);
    return { hourKey, record, sends, answers, ...(mayWait && { mayWaitUntilMs: leeway.untilMs }), decidedFor: known };
  }
  const state = stateAfterWindow(hour);
  if (unsendableUsage === 'carry' && !finishing.isOver && isCarried(hour, subscription)) {
    await carryUnsent(hour, { subscription, finishing }, deps);
    return undefined;
  }
  const { productCode } = record;
  const quantity = decimal(record.quantity);
  const reason = reasonOf(hour, { state, isOver: finishing.isOver });
  const loss = { hourKey, state, reason, quantity, record, productCode, decidedFor: known };
  const notice = toMeteringRejected(loss, new Date(clock.now()).toISOString());
  await hourlyUsage.settleWindowEnd(hourKey, { state, seen: hour, notice });
  counters.count(`RecordsClosed.${state}`, 1);
  noteLoss(loss, deps);
  return undefined;
}

/**
 * The record, with the licence that a registration has named since it was sealed. Its counts go on, as if it had been sent
 * and left unprocessed once more.
 */
async function frozenAnew(
  hour: SealedHour,
  { customer, decidedFor: known }: { customer: CustomerIdentity; decidedFor: DecidedFor },
  { hourlyUsage, clock, logger }: RecordToSendDeps,
): Promise<SealedRecord | undefined> {
  const hourKey = hourKeyOf(hour);
  const record = { ...hour.record, customer };
  const balance = await hourlyUsage.getBalance(hourKey);
  const written = await hourlyUsage.refreeze({ hour, record, rest: ZERO, balance, nowMs: clock.now() });
  if (written !== 'written') return undefined;
  logger.warn('The record is frozen anew with the registered licence', {
    messageCode: 'RECORD_FROZEN_ANEW',
    ...hourKey,
  });
  return { hourKey, record, sends: hour.sends + 1, answers: hour.answers + 1, decidedFor: known };
}

/** Whether a sealed hour goes back to the Balance: AWS certainly never took it, and the usage itself was not refused. */
function isCarried(hour: SealedHour, subscription: Subscription | undefined): boolean {
  return stateAfterWindow(hour) === 'expired' || isRefusedProvisionally(hour, subscription);
}

/**
 * Returns a sealed hour to the Balance. AWS never accepted it: no run sent it in time, or AWS left it unprocessed, or it
 * named the licence as AWS's event did.
 */
async function carryUnsent(
  { record, ...sealed }: SealedHour,
  { subscription, finishing }: Pick<HourOwner, 'subscription' | 'finishing'>,
  deps: RecordToSendDeps,
): Promise<void> {
  const hourKey = hourKeyOf(sealed);
  const form = quantityFormOf(deps.products.get(record.productCode), hourKey.dimension);
  const { mayOpen } = finishing;
  await withBalance(hourKey, { ...deps, form, mayOpen }, async ({ balance, openedFor }) => {
    const hour = await deps.hourlyUsage.get(hourKey);
    if (hour?.state !== 'sealed' || !isCarried(hour, subscription)) return undefined;
    // As it is now: the operator may have frozen it anew, and its rest is in the Balance already.
    const quantity = decimal(hour.record.quantity);
    const opened = openedFor(balance.amount.plus(quantity));
    return deps.hourlyUsage.carry({ hourKey, quantity, seen: hour, balance, ...opened });
  });
}
