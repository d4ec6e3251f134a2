import { publishAgreementEvent, publishLicenseEvent } from './events';
import { notifyEntitlements, notifySubscription } from './notifications';
import { FINAL_USAGE_WINDOW_MS, SECOND_MS } from './limits';
import { hexDigits, lowerCase } from './random';
import { required, SetupError } from './required';
import type { Agreement, Buyer, EndStatus, Entitlement, Offer } from './state';
import type { World } from './world';

export interface Purchase {
  accountId: string;
  offerId: string;
  entitlements?: Entitlement[];
  /** The licence becomes active this long after the purchase. */
  activationDelaySeconds?: number;
  endsAtMs?: number;
  /** Older products: it does not come about, and `subscribe-fail` says so. */
  fails?: boolean;
}

/** Events carry whole seconds; a licence active from a fraction on would refuse usage stamped with its event's time. */
const wholeSecond = (epochMs: number) => Math.floor(epochMs / SECOND_MS) * SECOND_MS;

/** The buyer accepts an offer: an agreement and a licence come to be. */
export function subscribe(world: World, purchase: Purchase): Agreement {
  const { state, random } = world;
  const offer = required(state.offers, purchase.offerId, 'offer');
  const buyer = required(state.buyers, purchase.accountId, 'buyer');
  const product = required(state.products, offer.productCode, 'product');
  const entitlements = purchase.entitlements ?? [];
  requireDimensions(product.dimensions, entitlements);
  requireOpen(offer, buyer);
  if (purchase.fails === true && product.identityMode !== 'legacy') {
    throw new SetupError(409, 'AWS says subscribe-fail of older products only (identityMode legacy).');
  }
  if (product.identityMode === 'legacy' && liveAgreement(world, product.productCode, buyer.accountId)) {
    throw new SetupError(409, `Account ${buyer.accountId} already has an agreement for ${product.productCode}.`);
  }
  if (product.identityMode === 'legacy') forgetUnsubscribing(world, product.productCode, buyer.accountId);
  const nowMs = wholeSecond(world.clock.now());
  const startsAtMs = Math.max(nowMs, wholeSecond(offer.startsAtMs ?? nowMs));
  const agreement: Agreement = {
    agreementId: `agmt-${lowerCase(random, 25)}`,
    intent: 'NEW',
    status: 'ACTIVE',
    productCode: product.productCode,
    offerId: offer.offerId,
    accountId: buyer.accountId,
    licenseArn: `arn:aws:license-manager::294406891311:license:l-${hexDigits(random, 32)}`,
    freeTrial: offer.freeTrial,
    entitlements,
    acceptedAtMs: nowMs,
    ...(startsAtMs > nowMs && { startsAtMs }),
    ...(purchase.fails === true && { fails: true }),
    activatesAtMs: wholeSecond(startsAtMs + (purchase.activationDelaySeconds ?? 0) * SECOND_MS),
    endsAtMs: purchase.endsAtMs,
  };
  state.agreements.set(agreement.agreementId, agreement);
  state.licenses.set(agreement.licenseArn, agreement);
  publishAgreementEvent(world, 'Created', { agreement, atMs: nowMs });
  runDue(world);
  return agreement;
}

/** The agreement is over. The licence is deprovisioned later: one hour by the documentation, seconds when watched. */
export function endAgreement(
  world: World,
  agreementId: string,
  { status = 'CANCELLED', deprovisionAfterSeconds = FINAL_USAGE_WINDOW_MS / SECOND_MS }: EndOptions = {},
): Agreement {
  const agreement = requireActive(world, agreementId, { evenDeprovisioned: true });
  endAt(world, agreement, {
    status,
    atMs: wholeSecond(world.clock.now()),
    deprovisionAfterMs: deprovisionAfterSeconds * SECOND_MS,
  });
  runDue(world);
  return agreement;
}

export interface EndOptions {
  status?: EndStatus;
  deprovisionAfterSeconds?: number;
}

/** The licence is taken away at once, whether or not the agreement has been said to be over. */
export function deprovision(world: World, agreementId: string): Agreement {
  const agreement = required(world.state.agreements, agreementId, 'agreement');
  if (agreement.deprovisionedAtMs !== undefined) {
    throw new SetupError(409, `The licence of ${agreementId} is already deprovisioned.`);
  }
  const nowMs = wholeSecond(world.clock.now());
  agreement.endedAtMs ??= nowMs;
  agreement.deprovisionAtMs = nowMs;
  runDue(world);
  return agreement;
}

export interface Renewal {
  as?: 'RENEWED' | 'REPLACED';
  endsAtMs?: number;
  entitlements?: Entitlement[];
}

/** A new agreement takes over the licence; the old one ends as RENEWED or REPLACED, and nobody loses access. */
export function renew(world: World, agreementId: string, { as = 'RENEWED', ...terms }: Renewal): Agreement {
  const old = requireActive(world, agreementId);
  const entitlements = terms.entitlements ?? old.entitlements;
  requireDimensions(required(world.state.products, old.productCode, 'product').dimensions, entitlements);
  const nowMs = wholeSecond(world.clock.now());
  const next: Agreement = {
    ...old,
    agreementId: `agmt-${lowerCase(world.random, 25)}`,
    intent: as === 'RENEWED' ? 'RENEW' : 'REPLACE',
    entitlements,
    acceptedAtMs: nowMs,
    endsAtMs: terms.endsAtMs,
  };
  old.status = as;
  world.state.agreements.set(next.agreementId, next);
  world.state.licenses.set(next.licenseArn, next);
  publishAgreementEvent(world, 'Created', { agreement: next, atMs: nowMs });
  publishAgreementEvent(world, 'Ended', { agreement: old, atMs: nowMs });
  if (next.activatedAtMs !== undefined) publishLicenseEvent(world, 'Updated', { agreement: next, atMs: nowMs });
  notifyEntitlements(world, next);
  return next;
}

/** The contract was amended: other entitlements from now on. */
export function changeEntitlements(world: World, agreementId: string, entitlements: Entitlement[]): Agreement {
  const agreement = requireActive(world, agreementId);
  requireDimensions(required(world.state.products, agreement.productCode, 'product').dimensions, entitlements);
  agreement.entitlements = entitlements;
  const atMs = wholeSecond(world.clock.now());
  publishAgreementEvent(world, 'Amended', { agreement, atMs });
  if (agreement.activatedAtMs !== undefined) publishLicenseEvent(world, 'Updated', { agreement, atMs });
  notifyEntitlements(world, agreement);
  return agreement;
}

/** Lets everything happen that is due by now, earliest first: activations, expiries, deprovisionings. */
export function runDue(world: World): void {
  const nowMs = world.clock.now();
  for (;;) {
    let next: Agreement | undefined;
    let atMs = nowMs;
    for (const agreement of world.state.agreements.values()) {
      const changesAtMs = nextChangeAtMs(agreement);
      if (changesAtMs < atMs || (next === undefined && changesAtMs === atMs)) {
        next = agreement;
        atMs = changesAtMs;
      }
    }
    if (next === undefined) return;
    change(world, next, atMs);
  }
}

function nextChangeAtMs(agreement: Agreement): number {
  const { status, activatedAtMs, endedAtMs, deprovisionedAtMs } = agreement;
  if (status === 'RENEWED' || status === 'REPLACED' || deprovisionedAtMs !== undefined) return Infinity;
  if (endedAtMs !== undefined) return agreement.deprovisionAtMs ?? Infinity;
  if (activatedAtMs === undefined) return agreement.activatesAtMs;
  return agreement.endsAtMs ?? Infinity;
}

function change(world: World, agreement: Agreement, atMs: number): void {
  if (agreement.endedAtMs !== undefined) {
    agreement.deprovisionedAtMs = atMs;
    publishLicenseEvent(world, 'Deprovisioned', { agreement, atMs });
    notifySubscription(world, 'unsubscribe-success', agreement);
  } else if (agreement.fails === true) {
    Object.assign(agreement, { status: 'TERMINATED', endedAtMs: atMs });
    publishAgreementEvent(world, 'Ended', { agreement, atMs });
    notifySubscription(world, 'subscribe-fail', agreement);
  } else if (agreement.activatedAtMs === undefined) {
    agreement.activatedAtMs = atMs;
    publishLicenseEvent(world, 'Updated', { agreement, atMs });
    notifySubscription(world, 'subscribe-success', agreement);
    if (agreement.entitlements.length > 0) notifyEntitlements(world, agreement);
  } else {
    endAt(world, agreement, { status: 'EXPIRED', atMs, deprovisionAfterMs: FINAL_USAGE_WINDOW_MS });
  }
}

function endAt(
  world: World,
  agreement: Agreement,
  { status, atMs, deprovisionAfterMs }: { status: EndStatus; atMs: number; deprovisionAfterMs: number },
): void {
  agreement.status = status;
  // The licence may have gone first: the two events can come in either order.
  agreement.endedAtMs ??= atMs;
  agreement.deprovisionAtMs ??= atMs + deprovisionAfterMs;
  publishAgreementEvent(world, 'Ended', { agreement, atMs });
  notifySubscription(world, 'unsubscribe-pending', agreement);
  notifyEntitlements(world, agreement);
}

function requireActive(world: World, agreementId: string, { evenDeprovisioned = false } = {}): Agreement {
  const agreement = required(world.state.agreements, agreementId, 'agreement');
  const { status, endedAtMs } = agreement;
  if (status === 'ACTIVE' && (evenDeprovisioned || endedAtMs === undefined)) return agreement;
  throw new SetupError(409, `Agreement ${agreementId} is over (${agreement.status}).`);
}

function requireDimensions(dimensions: readonly string[], entitlements: readonly Entitlement[]): void {
  const unknown = entitlements.find(({ dimension }) => !dimensions.includes(dimension));
  if (unknown) throw new SetupError(409, `The product has no dimension ${unknown.dimension}.`);
}

function requireOpen({ offerId, buyerAccountId }: Offer, { accountId }: Buyer): void {
  if (buyerAccountId !== undefined && buyerAccountId !== accountId)
    throw new SetupError(409, `${offerId} is a private offer to account ${buyerAccountId}.`);
}

function liveAgreement(world: World, productCode: string, accountId: string): Agreement | undefined {
  return [...world.state.agreements.values()].find(
    (agreement) =>
      agreement.productCode === productCode &&
      agreement.accountId === accountId &&
      agreement.status === 'ACTIVE' &&
      agreement.endedAtMs === undefined,
  );
}

/** After an immediate resubscription AWS may never say that the unsubscribing came to its end. */
function forgetUnsubscribing(world: World, productCode: string, accountId: string): void {
  for (const agreement of world.state.agreements.values()) {
    const same = agreement.productCode === productCode && agreement.accountId === accountId;
    if (same && agreement.deprovisionedAtMs === undefined) agreement.deprovisionAtMs = undefined;
  }
}

/** Whether AWS takes usage for it now: active, or over for less than the window for the last usage. */
export function isBillable({ activatedAtMs, endedAtMs }: Agreement, nowMs: number): boolean {
  if (activatedAtMs === undefined || activatedAtMs > nowMs) return false;
  return endedAtMs === undefined || nowMs < endedAtMs + FINAL_USAGE_WINDOW_MS;
}
