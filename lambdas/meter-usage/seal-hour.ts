import type { Product, TestAccount } from '../shared/contract/seller-configuration';
import type { HourKey } from '../shared/domain/hour';
import { isAboveMaximum, leewayOf, maxPerHourOf, type Leeway } from '../shared/domain/hold';
import { hourKeyOf, type OpenHour } from '../shared/domain/hourly-usage';
import type { SealedRecord } from '../shared/domain/metering-record';
import { periodsOf, timestampMsOf } from '../shared/domain/periods';
import { paymentOf, type Payment } from '../shared/domain/payment';
import {
  decidedFor,
  NOT_SUBSCRIBED_THEN,
  reasonOf,
  toMeteringRejected,
  toUsageWithheld,
  type LostUsage,
  type WithheldUsage,
} from '../shared/domain/rejection-notices';
import { quantityFormOf } from '../shared/domain/quantity-form';
import { decimal } from '../shared/domain/decimal';
import { expiryOf, sealingOf, type Sealing, type SealingInput } from '../shared/domain/sealing';
import { withholdingOf, type Withholding } from '../shared/domain/withholding';
import { readFoldedHour } from '../shared/stores/folded-hour';
import type { HourlyUsageStore } from '../shared/stores/hourly-usage';
import type { UsageTallyStore } from '../shared/stores/usage-tallies';
import type { HourOwner } from './finishing';
import { holdAboveMaximum, holdBack, holdForEndOfTest, type HoldHourDeps } from './hold-hour';
import type { SendClaims } from './send-claims';
import { noteLoss, type NoteLossDeps } from './note-loss';
import type { TestWatch } from './test-watch';
import { withBalance, type WithBalanceDeps } from './with-balance';
import { zeroHourToOpen } from './zero-records';

export interface SealHourDeps
  extends NoteLossDeps, HoldHourDeps, Omit<WithBalanceDeps, 'mayOpen' | 'form' | 'hourlyUsage'> {
  counters: HoldHourDeps['counters'];
  hourlyUsage: HoldHourDeps['hourlyUsage'] & Pick<HourlyUsageStore, 'get' | 'getBalance' | 'seal'>;
  usageTallies: Pick<UsageTallyStore, 'ofHour'>;
  products: ReadonlyMap<string, Product>;
  testAccounts: readonly TestAccount[];
  tests: Pick<TestWatch, 'isEndMissing'>;
  claims: Pick<SendClaims, 'name' | 'mayClaim' | 'keep' | 'use'>;
  unsendableUsage: 'carry' | 'expire';
  sleep(ms: number): Promise<void>;
}

/**
 * Seals an open hour.
 *
 * @returns the frozen record to send; undefined when there is nothing to send, when the hour must wait, or when another
 * run sealed it.
 */
export async function sealHour(
  seen: OpenHour,
  owner: HourOwner,
  deps: SealHourDeps,
): Promise<SealedRecord | undefined> {
  const { counters, products } = deps;
  const hourKey = hourKeyOf(seen);
  const paid = paymentOf(hourKey, { ...owner, products });
  const waits = typeof paid === 'string';
  if (waits && !owner.finishing.isOver) {
    counters.count('HoursWaiting', 1, { reason: paid });
    return undefined;
  }
  const hasNoEnd = await deps.tests.isEndMissing(owner.subscription);
  if (hasNoEnd && !owner.finishing.isOver) {
    await holdForEndOfTest(seen, deps);
    return undefined;
  }
  const leeway = leewayOfHour(hourKey, owner, deps);
  const isOnHold =
    leeway !== undefined && (await deps.holds.covers({ ...hourKey, productCode: owner.subscription?.productCode }));
  if (isOnHold && deps.clock.now() < leeway.untilMs) {
    await holdBack(seen, leeway, deps);
    return undefined;
  }
  // After the end, an hour cannot wait any longer. What may be of a test does not use up a contract either.
  const payment = waits || hasNoEnd ? undefined : paid;
  const sealing = await freeze(hourKey, { ...owner, seen, payment, leeway, isOnHold }, deps);
  if (sealing === undefined) return undefined;
  counters.count('HoursSealed', 1);
  counters.count(`HoursSealed.${sealing.state}`, 1);
  const about = { product: owner.subscription?.productCode, dimension: hourKey.dimension };
  counters.count('UnitsUsed', sealing.used.toNumber(), about);
  counters.count('UnitsCovered', sealing.coveredQuantity.toNumber(), about);
  // Without tests, the dimension has no such metric, which would cost money.
  const { withheldQuantity } = sealing;
  if (withheldQuantity.gt(0)) counters.count('UnitsWithheld', withheldQuantity.toNumber(), about);
  for (const loss of lossesOf(hourKey, { ...owner, sealing })) noteLoss(loss, deps);
  return sealing.state === 'sealed'
    ? {
        hourKey,
        record: sealing.record,
        sends: 0,
        answers: 0,
        mayWaitUntilMs: leeway?.untilMs,
        decidedFor: decidedFor(owner.subscription),
      }
    : undefined;
}

/** How long the hour may be held back; undefined: nothing of it can be sent. */
function leewayOfHour({ hour }: HourKey, { subscription, finishing }: HourOwner, { holdRules }: SealHourDeps) {
  const timestampMs = subscription && timestampMsOf(hour, periodsOf(subscription));
  return timestampMs === undefined || finishing.isOver ? undefined : leewayOf(timestampMs, subscription, holdRules);
}

interface ToFreeze extends HourOwner {
  seen: OpenHour;
  payment: Payment | undefined;
  leeway: Leeway | undefined;
  isOnHold: boolean;
}

/** @returns undefined when another run sealed the hour and will send it, or after too many conflicts. */
async function freeze(
  hourKey: HourKey,
  { payment, seen, leeway, isOnHold, ...owner }: ToFreeze,
  deps: SealHourDeps,
): Promise<Sealing | undefined> {
  const { mayOpen, isOver } = owner.finishing;
  const { hourlyUsage, products, unsendableUsage, claims } = deps;
  const { productCode = '' } = owner.subscription ?? {};
  const form = quantityFormOf(products.get(productCode), hourKey.dimension);
  const mayClaim = await claims.mayClaim({ form, productCode });
  const periods = owner.subscription === undefined ? [] : periodsOf(owner.subscription);
  const withholding = withholdingOf(owner.subscription, deps);
  let decided: Sealing | undefined;
  let known: OpenHour | undefined = seen;
  const written = await withBalance(hourKey, { ...deps, form, mayOpen }, async ({ nowMs, balance, openedFor }) => {
    const folded = await readFoldedHour(hourKey, deps, known);
    // After a refused write it is no longer as it was seen.
    known = undefined;
    const { hour, fold } = folded ?? {};
    if (hour?.state === 'sealed' && hour.claim === claims.name) return 'written';
    if (fold === undefined || hour?.state !== 'open') return undefined;
    const { amount, coverage } = balance;
    const toSeal = { hourKey, fold, periods, withholding, balance: amount, contract: payment?.contract, coverage };
    const held = { hour, leeway, isOnHold, subscription: owner.subscription };
    const sealing =
      isOver || payment === undefined
        ? expiryOf(toSeal)
        : await unlessHeld({ ...toSeal, ...payment, nowMs, unsendableUsage }, held, deps);
    if (sealing === undefined) return undefined;
    const zeroHour = payment?.sendsZero ? await zeroHourToOpen(hourKey, deps) : undefined;
    decided = sealing;
    const isClaimed = sealing.state === 'sealed' && mayClaim;
    // Before the write: should its outcome stay unknown, the claim is given back.
    if (isClaimed) claims.keep(hourKey);
    const losses = lossesOf(hourKey, { ...owner, sealing });
    const withheld = withheldOf(hourKey, { ...owner, sealing, withholding });
    const nowIso = new Date(nowMs).toISOString();
    return hourlyUsage.seal({
      hourKey,
      sealing,
      folded: hour,
      balance,
      ...openedFor(sealing.carriedOut),
      ...(zeroHour && { zeroHour }),
      ...(isClaimed && { claim: claims.name }),
      notices: [
        ...losses.map((loss) => toMeteringRejected(loss, nowIso)),
        ...withheld.map((each) => toUsageWithheld(each, nowIso)),
      ],
    });
  });
  if (written) return decided;
  claims.use(hourKey);
  return undefined;
}

/** Decides an hour as far as nobody holds it back. @returns undefined when it waits, because its quantity is too large. */
async function unlessHeld(
  input: SealingInput,
  { hour, leeway, isOnHold, subscription }: Pick<ToFreeze, 'leeway' | 'isOnHold' | 'subscription'> & { hour: OpenHour },
  deps: SealHourDeps,
): Promise<Sealing | undefined> {
  const isCarried = leeway?.afterwards === 'carry';
  const sealing = sealingOf({ ...input, isCarried: isOnHold && isCarried });
  const max = maxPerHourOf(input.payer.product, input.hourKey.dimension);
  if (sealing.state !== 'sealed' || leeway === undefined || max === undefined) return sealing;
  const { quantity } = sealing.record;
  if (!isAboveMaximum(decimal(quantity), max, hour)) return sealing;
  if (input.nowMs >= leeway.untilMs) return sealingOf({ ...input, isCarried });
  await holdAboveMaximum(hour, { quantity, max, leeway, subscription }, deps);
  return undefined;
}

/** Sealing loses usage that AWS no longer accepts and that is not carried, and usage while nobody was subscribed. */
function lossesOf(
  hourKey: HourKey,
  { sealing, subscription, finishing }: HourOwner & { sealing: Sealing },
): (LostUsage & { productCode: string | undefined })[] {
  const lost = { hourKey, productCode: subscription?.productCode, decidedFor: decidedFor(subscription) };
  const { state, expiredQuantity, rejectedQuantity } = sealing;
  const reason = reasonOf({}, { state: 'expired', isOver: finishing.isOver });
  return [
    ...(state === 'expired' ? [{ ...lost, state, reason, quantity: expiredQuantity }] : []),
    ...(rejectedQuantity.gt(0)
      ? [{ ...lost, state: 'rejected' as const, reason: NOT_SUBSCRIBED_THEN, quantity: rejectedQuantity }]
      : []),
  ];
}

/** What sealing withholds, told with the reason of its first hour of use. */
function withheldOf(
  hourKey: HourKey,
  { sealing, withholding, subscription }: HourOwner & { sealing: Sealing; withholding: Withholding },
): WithheldUsage[] {
  const { withheldQuantity: quantity, withheldUse } = sealing;
  const [reason] = withheldUse.map(withholding);
  return reason !== undefined && quantity.gt(0)
    ? [{ hourKey, reason, quantity, decidedFor: decidedFor(subscription) }]
    : [];
}
