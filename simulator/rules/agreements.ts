import type { Context } from './context';
import { publishAgreementEvent } from './events';
import { newLicenseArn, type LicenseArnShape } from './license-arn';
import { end, runDue } from './lifecycle';
import { FINAL_USAGE_WINDOW_MS, FREE_TRIAL_MS, SECOND_MS } from './limits';
import { addAgreement, announceEntitlements, newAgreementId, renewAgreement, type Renewal } from './renewal';
import { required, SetupError } from './required';
import type { Agreement, Buyer, EndStatus, Entitlement, Offer } from './state';

/** What a buyer agrees to besides the offer. Times are milliseconds since the epoch. */
export interface PurchaseTerms {
  /** What a contract entitles to. Default: nothing. */
  entitlements?: Entitlement[];
  /** How long after the agreement's start the license becomes active. */
  activationDelaySeconds?: number;
  /** When a contract ends. Default: never. */
  endsAtMs?: number;
  /** Absent: the offer has no renewal term, and the contract expires. */
  autoRenew?: boolean;
  /** Free trials: when the trial ends. Default: 30 days after the start. */
  trialEndsAtMs?: number;
  /** The shape of the license's ARN. Default: `hex`. */
  licenseArnShape?: LicenseArnShape;
  /** Legacy products: the subscription fails, and AWS sends `subscribe-fail`. */
  fails?: boolean;
}

export interface Purchase extends PurchaseTerms {
  accountId: string;
  offerId: string;
}

/** Events carry whole seconds: a license active from 12:30:00.7 would refuse usage stamped with its event's time. */
const wholeSecond = (epochMs: number) => Math.floor(epochMs / SECOND_MS) * SECOND_MS;

/** The buyer accepts an offer, which creates an agreement and a license. */
export function subscribe(context: Context, purchase: Purchase): Agreement {
  const { state, random } = context;
  const offer = required(state.offers, purchase.offerId, 'offer');
  const buyer = required(state.buyers, purchase.accountId, 'buyer');
  const { productCode, identityMode } = required(state.products, offer.productCode, 'product');
  const { entitlements = [], fails = false } = purchase;
  requireDimensions(context, productCode, entitlements);
  requireOpen(offer, buyer);
  if (fails && identityMode !== 'legacy') {
    throw new SetupError(409, 'Only subscriptions to legacy products (identityMode legacy) can fail.');
  }
  if (purchase.trialEndsAtMs !== undefined && !offer.freeTrial) {
    throw new SetupError(409, `${offer.offerId} is no free trial, so it has no trialEndsAt.`);
  }
  if (identityMode === 'legacy') replaceEarlier(context, productCode, buyer.accountId);
  const nowMs = wholeSecond(context.clock.now());
  const startsAtMs = Math.max(nowMs, wholeSecond(offer.startsAtMs ?? nowMs));
  const agreement: Agreement = {
    agreementId: newAgreementId(context),
    intent: 'NEW',
    status: 'ACTIVE',
    productCode,
    offerId: offer.offerId,
    accountId: buyer.accountId,
    licenseArn: newLicenseArn(random, purchase.licenseArnShape),
    freeTrial: offer.freeTrial,
    ...(offer.freeTrial && { trialEndsAtMs: wholeSecond(purchase.trialEndsAtMs ?? startsAtMs + FREE_TRIAL_MS) }),
    autoRenew: purchase.autoRenew,
    entitlements,
    acceptedAtMs: nowMs,
    ...(startsAtMs > nowMs && { startsAtMs }),
    ...(fails && { fails }),
    activatesAtMs: wholeSecond(startsAtMs + (purchase.activationDelaySeconds ?? 0) * SECOND_MS),
    endsAtMs: purchase.endsAtMs,
  };
  addAgreement(context, agreement);
  runDue(context);
  return agreement;
}

/** How an agreement ends. */
export interface EndOptions {
  /** Default: `CANCELLED`. */
  status?: EndStatus;
  /** Default: an hour, as AWS documents it; seconds have been observed. */
  deprovisionAfterSeconds?: number;
}

/** Ends the agreement now; its license is deprovisioned later. */
export function endAgreement(
  context: Context,
  agreementId: string,
  { status = 'CANCELLED', deprovisionAfterSeconds = FINAL_USAGE_WINDOW_MS / SECOND_MS }: EndOptions = {},
): Agreement {
  const agreement = requireActive(context, agreementId);
  const atMs = wholeSecond(context.clock.now());
  end(context, agreement, { status, atMs, deprovisionAfterMs: deprovisionAfterSeconds * SECOND_MS });
  runDue(context);
  return agreement;
}

/** Deprovisions the license now, even if the agreement has not ended yet. */
export function deprovision(context: Context, agreementId: string): Agreement {
  const agreement = required(context.state.agreements, agreementId, 'agreement');
  if (agreement.deprovisionedAtMs !== undefined) {
    throw new SetupError(409, `The license of ${agreementId} has already been deprovisioned.`);
  }
  const current = context.state.licenses.get(agreement.licenseArn);
  if (current && current !== agreement) {
    throw new SetupError(
      409,
      `The license of ${agreementId} continues under ${current.agreementId}. Deprovision that.`,
    );
  }
  const nowMs = wholeSecond(context.clock.now());
  agreement.endedAtMs ??= nowMs;
  agreement.deprovisionAtMs = nowMs;
  runDue(context);
  return agreement;
}

/** Renews or replaces the agreement now. */
export function renew(context: Context, agreementId: string, renewal: Renewal): Agreement {
  const agreement = requireLicensed(context, agreementId);
  requireDimensions(context, agreement.productCode, renewal.entitlements ?? []);
  return renewAgreement(context, { agreement, atMs: wholeSecond(context.clock.now()) }, renewal);
}

/** Amends the contract with other entitlements. */
export function changeEntitlements(context: Context, agreementId: string, entitlements: Entitlement[]): Agreement {
  const agreement = requireLicensed(context, agreementId);
  requireDimensions(context, agreement.productCode, entitlements);
  agreement.entitlements = entitlements;
  const atMs = wholeSecond(context.clock.now());
  publishAgreementEvent(context, 'Amended', { agreement, atMs });
  announceEntitlements(context, { agreement, atMs });
  return agreement;
}

/** @throws SetupError when the agreement has ended. */
export function requireActive(context: Context, agreementId: string): Agreement {
  const agreement = required(context.state.agreements, agreementId, 'agreement');
  if (agreement.status === 'ACTIVE') return agreement;
  throw new SetupError(409, `Agreement ${agreementId} has ended (${agreement.status}).`);
}

function requireLicensed(context: Context, agreementId: string): Agreement {
  const agreement = requireActive(context, agreementId);
  if (agreement.endedAtMs === undefined) return agreement;
  throw new SetupError(409, `The license of ${agreementId} has been deprovisioned.`);
}

function requireDimensions({ state }: Context, productCode: string, entitlements: readonly Entitlement[]): void {
  const { dimensions } = required(state.products, productCode, 'product');
  const unknown = entitlements.find(({ dimension }) => !dimensions.includes(dimension));
  if (unknown) throw new SetupError(409, `Product ${productCode} has no dimension ${unknown.dimension}.`);
}

function requireOpen({ offerId, buyerAccountId }: Offer, { accountId }: Buyer): void {
  if (buyerAccountId !== undefined && buyerAccountId !== accountId)
    throw new SetupError(409, `${offerId} is a private offer for account ${buyerAccountId}.`);
}

/** An account has one agreement for a legacy product at a time. */
function replaceEarlier({ state }: Context, productCode: string, accountId: string): void {
  const earlier = [...state.agreements.values()].filter(
    (agreement) => agreement.productCode === productCode && agreement.accountId === accountId,
  );
  const live = earlier.find(({ status, endedAtMs }) => status === 'ACTIVE' && endedAtMs === undefined);
  if (live) throw new SetupError(409, `Account ${accountId} already has an agreement for ${productCode}.`);
  // When a buyer resubscribes at once, AWS may never send the `unsubscribe-success` that is still pending.
  for (const agreement of earlier) if (agreement.deprovisionedAtMs === undefined) agreement.deprovisionAtMs = undefined;
}
