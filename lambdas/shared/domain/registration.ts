import { hourOf } from './hour';
import type { Identity } from './identity';
import { applyLifecycleEvent, factsOfNoAgreement } from './lifecycle-event';
import { REGISTRATION_TOKEN_MAX_MS } from './marketplace-limits';
import type { CustomerLicense } from './moving';
import { activatedBy, type Subscription, type SubscriptionFacts } from './subscription';

/** The buyer who registers. Every value but `freeTrial` comes from AWS. */
export interface RegisteredBuyer {
  productCode: string;
  identity: Identity;
  customerAWSAccountId?: string;
  /** With a `license` identity: the full ARN. */
  licenseArn?: string;
  /** The browser says so. */
  freeTrial: boolean;
  /** The agreement that the buyer accepted. */
  agreementId?: string;
  /** For an older product AWS resolves subscribers only, whether or not it ever sends an event. */
  ofOlderProduct?: boolean;
  /** With a `legacyCustomer` identity: the licence that AWS returned too, and whether to move to it. */
  license?: CustomerLicense;
  movesToLicense?: boolean;
}

type RegistrationRefusal = 'boundToAnotherAccount' | 'boundToAnotherProduct';

export type RegistrationResult =
  | {
      outcome: 'registered';
      subscription: Subscription;
      /** An event had named another account or product. ResolveCustomer is right. */
      overrulesEvent?: boolean;
    }
  | { outcome: 'refused'; reason: RegistrationRefusal };

/**
 * Identifies a returning customer by the new licence if the subscription has moved to another one. AWS accepts no more
 * usage for the old licence, so the new licence becomes a separate subscription, as with newer products.
 */
export function asBuyerOfLicense(
  buyer: RegisteredBuyer,
  known: Subscription | undefined,
  nowMs: number,
): RegisteredBuyer {
  const { license, ...rest } = buyer;
  if (license === undefined || known?.licenseFrom === undefined || known.licenseId === license.licenseId) return buyer;
  // Until that hour the customer is metered by its identifier. AWS would bill an hour under both identities twice.
  if (hourOf(nowMs) < known.licenseFrom) return buyer;
  const { licenseArn, licenseId } = license;
  return { ...rest, identity: { kind: 'license', licenseId }, licenseArn };
}

/**
 * The subscription after a registration. A registration only adds facts: a second one, or one after the licence event,
 * keeps state, times and ids. A licence or customer that registered with one AWS account is never bound to another. What
 * only an event said gives way to the registration, so that their order does not matter.
 */
export function applyRegistration(
  subscription: Subscription,
  buyer: RegisteredBuyer,
  nowIso: string,
): RegistrationResult {
  const { customerAWSAccountId: boundAccount } = subscription;
  const account = buyer.customerAWSAccountId;
  const ofOtherAccount = boundAccount !== undefined && account !== undefined && boundAccount !== account;
  const ofOtherProduct = subscription.productCode !== buyer.productCode;
  const overrulesEvent = isKnownByEventsOnly(subscription, buyer);
  if (ofOtherAccount && !overrulesEvent) return { outcome: 'refused', reason: 'boundToAnotherAccount' };
  if (ofOtherProduct && !overrulesEvent) return { outcome: 'refused', reason: 'boundToAnotherProduct' };
  const named: Subscription = {
    ...subscription,
    productCode: buyer.productCode,
    ...(account !== undefined && { customerAWSAccountId: account }),
    ...identityFields(buyer),
    ...agreementFields(subscription, buyer),
    ...(subscription.stateReason === 'created' && { stateReason: 'registered' }),
  };
  const complete: Subscription = { ...named, ...freeTrialFields(named, buyer) };
  return {
    outcome: 'registered',
    subscription: activatedByRegistration(complete, buyer, nowIso),
    ...((ofOtherAccount || ofOtherProduct) && { overrulesEvent }),
  };
}

/** Until a registration, a licence has no ARN or that of an event. A customer's account comes from registrations only. */
function isKnownByEventsOnly(
  { licenseArn, licenseArnFrom }: SubscriptionFacts,
  { identity }: RegisteredBuyer,
): boolean {
  return identity.kind === 'license' && (licenseArn === undefined || licenseArnFrom === 'event');
}

/** An event orders the agreements of a licence by its time, so the registration names the agreement only until then. */
function agreementFields(
  { agreementSince, agreementId: known, freeTrialSince }: SubscriptionFacts,
  { agreementId }: RegisteredBuyer,
): Partial<SubscriptionFacts> {
  if (agreementId === undefined || agreementSince !== undefined || agreementId === known) return {};
  return { agreementId, ...(known !== undefined && factsOfNoAgreement(freeTrialSince)) };
}

/**
 * The browser's word counts until AWS says whether it is a free trial, and only the first under an agreement: the
 * redirect of a free trial has the offer-type field, but the buyer can add or omit it later.
 */
function freeTrialFields(
  { freeTrial: known, agreementId: current }: SubscriptionFacts,
  { freeTrial, agreementId = current }: RegisteredBuyer,
): Partial<SubscriptionFacts> {
  return known === undefined && agreementId === current ? { freeTrial } : {};
}

function identityFields({ identity, licenseArn }: RegisteredBuyer): Partial<SubscriptionFacts> {
  switch (identity.kind) {
    case 'license':
      return {
        licenseId: identity.licenseId,
        ...(licenseArn !== undefined && { licenseArn, licenseArnFrom: undefined }),
      };
    case 'legacyCustomer':
      return { customerIdentifier: identity.customerIdentifier };
  }
}

/**
 * For older products, a customer whom AWS resolves is subscribed until AWS reports an end, so that a missed
 * `subscribe-success` loses no usage. After an ending, a registration proves that the customer has come back only once
 * every token from before the ending has expired.
 */
function activatedByRegistration(subscription: Subscription, buyer: RegisteredBuyer, nowIso: string): Subscription {
  if (buyer.ofOlderProduct !== true || subscription.state === 'active') return subscription;
  if (subscription.state === 'pending') {
    return { ...activatedBy(subscription, 'legacyRegistered', nowIso), stateReason: 'registered' };
  }
  const lastEndingAt = subscription.endings?.at(-1)?.at;
  if (lastEndingAt === undefined || Date.parse(nowIso) <= Date.parse(lastEndingAt) + REGISTRATION_TOKEN_MAX_MS) {
    return subscription;
  }
  return applyLifecycleEvent(subscription, { kind: 'legacyRegistered', time: nowIso });
}
