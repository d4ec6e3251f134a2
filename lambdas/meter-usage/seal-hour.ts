import type { Product } from '../shared/contract/seller-configuration';
import { decimal, decimalText } from '../shared/domain/decimal';
import type { Entitlements } from '../shared/domain/entitlements';
import { acceptedUntilMs, hourEndMs, type Hour } from '../shared/domain/hour';
import { stateAfterWindow, type HourlyUsage } from '../shared/domain/hourly-usage';
import type { SealedRecord } from '../shared/domain/metering-record';
import { paymentOf, type Payment } from '../shared/domain/payment';
import { reasonOf, toMeteringRejected, type UnbilledHour } from '../shared/domain/rejection-notices';
import { expiryOf, sealingOf, SEND_MARGIN_MS, type Sealing } from '../shared/domain/sealing';
import type { Subscription } from '../shared/domain/subscription';
import type { HourKey } from '../shared/domain/usage-tally';
import type { Clock } from '../shared/runtime/clock';
import type { Log } from '../shared/runtime/invocation';
import type { About, Counters } from '../shared/runtime/metrics';
import { readFoldedHour } from '../shared/stores/folded-hour';
import type { HourlyUsageStore } from '../shared/stores/hourly-usage';
import type { UsageTallyStore } from '../shared/stores/usage-tallies';
import { withBalance } from './with-balance';

export interface SealHourDeps {
  hourlyUsage: HourlyUsageStore;
  usageTallies: Pick<UsageTallyStore, 'ofHour'>;
  products: ReadonlyMap<string, Product>;
  unsendableUsage: 'carry' | 'expire';
  graceMs: number;
  clock: Clock;
  counters: Counters;
  logger: Pick<Log, 'warn'>;
  sleep(ms: number): Promise<void>;
}

/** When and how the hours of a subscription are finished; different at its end. */
export interface Finishing {
  /** Whether an open hour may be sealed now. */
  isRipe(hour: Hour): boolean;
  /** AWS takes nothing more of it: what is left expires. */
  isOver: boolean;
  /** Whether an hour may still be opened to bill a Balance in. */
  mayOpen(hour: Hour): boolean;
}

/** Whose hour it is, what is known of the contract, and how its hours are finished. */
export interface HourOwner {
  subscription: Subscription | undefined;
  entitlements: Entitlements | undefined;
  finishing: Finishing;
}

/** The ordinary way: an hour is ripe when it is over and stragglers had their grace. */
export function ordinarily(
  subscription: Subscription | undefined,
  { clock, graceMs }: Pick<SealHourDeps, 'clock' | 'graceMs'>,
): Finishing {
  return {
    isRipe: (hour) => clock.now() >= hourEndMs(hour) + graceMs,
    isOver: subscription?.state === 'ended',
    mayOpen: () => subscription?.state !== 'ended',
  };
}

/**
 * Brings a due hour to the point where its record can be sent: seals it if it is ripe, or notes its end if AWS no longer
 * takes it.
 *
 * @returns the frozen record to send, or undefined when there is nothing to send now.
 */
export async function sealHour(
  hourKey: HourKey,
  owner: HourOwner,
  deps: SealHourDeps,
): Promise<SealedRecord | undefined> {
  const hour = await deps.hourlyUsage.get(hourKey);
  switch (hour?.state) {
    case 'open':
      return owner.finishing.isRipe(hour.hour) ? sealOpenHour(hour, owner, deps) : undefined;
    case 'sealed':
      return sendableOrClosed(hour, owner, deps);
    default:
      // The index lags: another run has finished it.
      return undefined;
  }
}

async function sealOpenHour(
  { subscriptionId, dimension, hour }: HourlyUsage,
  owner: HourOwner,
  deps: SealHourDeps,
): Promise<SealedRecord | undefined> {
  const { counters } = deps;
  const { finishing } = owner;
  const hourKey = { subscriptionId, dimension, hour };
  const paid = paymentOf(hourKey, { ...owner, products: deps.products });
  const waits = typeof paid === 'string';
  if (waits && !finishing.isOver) {
    counters.count('HoursWaiting', 1, { reason: paid });
    return undefined;
  }
  // When everything is over there is nothing left to wait for.
  const sealing = await seal(hourKey, { payment: waits ? undefined : paid, owner }, deps);
  if (sealing === undefined) return undefined;
  counters.count('HoursSealed', 1);
  counters.count(`HoursSealed.${sealing.state}`, 1);
  const product = owner.subscription?.productCode;
  counters.count('UnitsUsed', sealing.used.toNumber(), { product });
  const loss = lossOf(hourKey, { sealing, owner });
  if (loss) noteLoss(loss, { product }, deps);
  const { record } = sealing;
  return record && { hourKey, record, sends: 0, answers: 0, subscriptionVersion: owner.subscription?.version };
}

/** @returns undefined when another run sealed it, which then sends it, or when too many others write just now. */
async function seal(
  hourKey: HourKey,
  { payment, owner }: { payment: Payment | undefined; owner: HourOwner },
  deps: SealHourDeps,
): Promise<Sealing | undefined> {
  const { mayOpen, isOver } = owner.finishing;
  const { hourlyUsage, unsendableUsage } = deps;
  let decided: Sealing | undefined;
  const written = await withBalance(hourKey, { ...deps, mayOpen }, async ({ nowMs, balance, openedFor }) => {
    const folded = await readFoldedHour(hourKey, deps);
    if (folded?.hour.state !== 'open') return undefined;
    const { fold, hour } = folded;
    const { amount, coverage } = balance;
    const closed = { hourKey, fold, balance: amount, contract: payment?.contract, coverage };
    const sealing =
      isOver || payment === undefined
        ? expiryOf(closed)
        : sealingOf({ ...closed, payer: payment.payer, nowMs, unsendableUsage });
    decided = sealing;
    const loss = lossOf(hourKey, { sealing, owner });
    return hourlyUsage.seal({
      ...{ hourKey, sealing, foldedTallies: hour.tallies, balance, ...openedFor(sealing.carriedOut) },
      ...(loss && { notice: toMeteringRejected(loss, new Date(nowMs).toISOString()) }),
    });
  });
  return written ? decided : undefined;
}

/** What is lost when an hour is sealed: nothing, unless AWS takes it no more and it is not carried. */
function lossOf(
  hourKey: HourKey,
  { sealing, owner: { subscription, finishing } }: { sealing: Sealing; owner: HourOwner },
): UnbilledHour | undefined {
  const { state, expiredQuantity: quantity } = sealing;
  if (state !== 'expired') return undefined;
  const reason = reasonOf({}, { state, isOver: finishing.isOver });
  return { hourKey, state, reason, quantity, subscriptionVersion: subscription?.version };
}

/** A sealed hour: its record while AWS takes it; after that, its end. */
async function sendableOrClosed(
  hour: HourlyUsage,
  { subscription, finishing }: HourOwner,
  deps: SealHourDeps,
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
  if (state === 'expired' && unsendableUsage === 'carry' && !finishing.isOver) {
    await carryUnsent({ hourKey, quantity: record.quantity }, finishing, deps);
    return undefined;
  }
  const reason = reasonOf(hour, { state, isOver: finishing.isOver });
  const loss = { hourKey, state, reason, quantity: decimal(record.quantity), record, subscriptionVersion };
  const notice = toMeteringRejected(loss, new Date(clock.now()).toISOString());
  await hourlyUsage.close(hourKey, { state, seen: hour, notice });
  counters.count(`RecordsClosed.${state}`, 1);
  noteLoss(loss, { product: record.productCode, reason: state === 'rejected' ? reason : undefined }, deps);
  return undefined;
}

/** Sealed, but no run came to send it in time, or AWS was too busy for every one that did. */
async function carryUnsent(
  { hourKey, quantity }: { hourKey: HourKey; quantity: number },
  { mayOpen }: Finishing,
  deps: SealHourDeps,
): Promise<void> {
  await withBalance(hourKey, { ...deps, mayOpen }, async ({ balance, openedFor }) => {
    const hour = await deps.hourlyUsage.get(hourKey);
    if (hour?.state !== 'sealed' || stateAfterWindow(hour) !== 'expired') return undefined;
    const opened = openedFor(balance.amount.plus(quantity));
    return deps.hourlyUsage.carry({ hourKey, quantity, seen: hour, balance, ...opened });
  });
}

/** Usage that will not be billed: metrics of its quantity, and a line that says which hour. */
function noteLoss(
  { hourKey, state, quantity }: UnbilledHour,
  { product, reason }: About,
  { counters, logger }: SealHourDeps,
): void {
  counters.count(`UnitsClosed.${state}`, quantity.toNumber());
  counters.count('UnitsNotBilled', quantity.toNumber(), { product, reason: reason ?? state });
  const units = decimalText(quantity);
  logger.warn('Not billed', { messageCode: 'USAGE_NOT_BILLED', ...hourKey, state, units });
}
