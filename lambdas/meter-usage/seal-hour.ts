import type { Product } from '../shared/contract/seller-configuration';
import type { Entitlements } from '../shared/domain/entitlements';
import { hourEndMs, type Hour } from '../shared/domain/hour';
import type { HourlyUsage } from '../shared/domain/hourly-usage';
import type { SealedRecord } from '../shared/domain/metering-record';
import { paymentOf, type Payment } from '../shared/domain/payment';
import { reasonOf, toMeteringRejected, type UnbilledHour } from '../shared/domain/rejection-notices';
import { expiryOf, sealingOf, type Sealing } from '../shared/domain/sealing';
import type { Subscription } from '../shared/domain/subscription';
import type { HourKey } from '../shared/domain/usage-tally';
import { readFoldedHour } from '../shared/stores/folded-hour';
import type { UsageTallyStore } from '../shared/stores/usage-tallies';
import { noteLoss, sendableOrClosed, type CloseHourDeps } from './close-hour';
import { withBalance } from './with-balance';
import { zeroHourToOpen } from './zero-records';

export interface SealHourDeps extends CloseHourDeps {
  usageTallies: Pick<UsageTallyStore, 'ofHour'>;
  products: ReadonlyMap<string, Product>;
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
  seen: HourlyUsage,
  owner: HourOwner,
  deps: SealHourDeps,
): Promise<SealedRecord | undefined> {
  const { counters, products } = deps;
  const { subscriptionId, dimension, hour } = seen;
  const hourKey = { subscriptionId, dimension, hour };
  const paid = paymentOf(hourKey, { ...owner, products });
  const waits = typeof paid === 'string';
  if (waits && !owner.finishing.isOver) {
    counters.count('HoursWaiting', 1, { reason: paid });
    return undefined;
  }
  // When everything is over there is nothing left to wait for.
  const sealing = await seal(hourKey, { ...owner, seen, payment: waits ? undefined : paid }, deps);
  if (sealing === undefined) return undefined;
  counters.count('HoursSealed', 1);
  counters.count(`HoursSealed.${sealing.state}`, 1);
  const { productCode: product, version: subscriptionVersion } = owner.subscription ?? {};
  counters.count('UnitsUsed', sealing.used.toNumber(), { product });
  counters.count('UnitsCovered', sealing.coveredQuantity.toNumber(), { product });
  const loss = lossOf(hourKey, { ...owner, sealing });
  if (loss) noteLoss(loss, deps);
  const { record } = sealing;
  return record && { hourKey, record, sends: 0, answers: 0, subscriptionVersion };
}

/** @returns undefined when another run sealed it, which then sends it, or when too many others write just now. */
async function seal(
  hourKey: HourKey,
  { payment, seen, ...owner }: HourOwner & { payment: Payment | undefined; seen: HourlyUsage },
  deps: SealHourDeps,
): Promise<Sealing | undefined> {
  const { mayOpen, isOver } = owner.finishing;
  const { hourlyUsage, unsendableUsage } = deps;
  let decided: Sealing | undefined;
  const written = await withBalance(hourKey, { ...deps, mayOpen }, async ({ nowMs, balance, openedFor }) => {
    const folded = await readFoldedHour(hourKey, deps, seen);
    if (folded?.hour.state !== 'open') return undefined;
    const { fold, hour } = folded;
    const { amount, coverage } = balance;
    const closed = { hourKey, fold, balance: amount, contract: payment?.contract, coverage };
    const sealing =
      isOver || payment === undefined ? expiryOf(closed) : sealingOf({ ...closed, ...payment, nowMs, unsendableUsage });
    const zeroHour = payment?.sendsZero ? await zeroHourToOpen(hourKey, deps) : undefined;
    decided = sealing;
    const loss = lossOf(hourKey, { ...owner, sealing });
    return hourlyUsage.seal({
      ...{ hourKey, sealing, foldedTallies: hour.tallies, balance, ...openedFor(sealing.carriedOut) },
      ...(zeroHour && { zeroHour }),
      ...(loss && { notice: toMeteringRejected(loss, new Date(nowMs).toISOString()) }),
    });
  });
  return written ? decided : undefined;
}

/** What is lost when an hour is sealed: nothing, unless AWS takes it no more and it is not carried. */
function lossOf(
  hourKey: HourKey,
  { sealing, subscription, finishing }: HourOwner & { sealing: Sealing },
): (UnbilledHour & { productCode: string | undefined }) | undefined {
  const { state, expiredQuantity: quantity } = sealing;
  if (state !== 'expired') return undefined;
  const reason = reasonOf({}, { state, isOver: finishing.isOver });
  const { productCode, version: subscriptionVersion } = subscription ?? {};
  return { hourKey, state, reason, quantity, productCode, subscriptionVersion };
}
