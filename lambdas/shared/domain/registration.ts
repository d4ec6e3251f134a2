import { hourOf } from './hour';
import type { Identity } from './identity';
import { applyLifecycleEvent } from './lifecycle-event';
import { REGISTRATION_TOKEN_MAX_MS } from './marketplace-limits';
import type { CustomerLicense } from './moving';
import { activatedBy, type Subscription, type SubscriptionFacts } from './subscription';

/** Who registers, in the words of the identity mode of the product. Every value comes from AWS, none from the browser. */
export interface RegisteredBuyer {
  productCode: string;
  identity: Identity;
  customerAWSAccountId?: string;
  /** With a `license` identity: the full ARN. */
  licenseArn?: string;
  freeTrial: boolean;
  /** Of an older product: AWS resolves its subscribers only, whether or not it ever sends an event. */
  ofOlderProduct?: boolean;
  /** With a `legacyCustomer` identity: the licence that AWS named beside it, and whether to move there. */
  license?: CustomerLicense;
  movesToLicense?: boolean;
}

export type RegistrationRefusal = 'boundToAnotherAccount' | 'boundToAnotherProduct';

export type RegistrationResult =
  { outcome: 'registered'; subscription: Subscription } | { outcome: 'refused'; reason: RegistrationRefusal };

/**
 * The buyer by its licence, when it is a customer who had moved to another one and comes back: what was moved is metered by
 * the old licence, which AWS takes no more usage for, so the new one is a subscription of its own, as with newer products.
 */
export function asBuyerOfLicense(
  buyer: RegisteredBuyer,
  known: Subscription | undefined,
  nowMs: number,
): RegisteredBuyer {
  const { license, ...rest } = buyer;
  if (license === undefined || known?.licenseFrom === undefined || known.licenseId === license.licenseId) return buyer;
  // Before its hour the customer is still metered by its identifier: both forms in one hour would be billed twice.
  if (hourOf(nowMs) < known.licenseFrom) return buyer;
  const { licenseArn, licenseId } = license;
  return { ...rest, identity: { kind: 'license', licenseId }, licenseArn };
}

/**
 * What a registration makes of a subscription. It adds and never takes away: a second registration, or one that comes
 * after the licence event, leaves state, times and ids as they are. A licence or customer that belongs to one AWS
 * account is never bound to another.
 */
export function applyRegistration(
  subscription: Subscription,
  buyer: RegisteredBuyer,
  nowIso: string,
): RegistrationResult {
  const { customerAWSAccountId: boundAccount } = subscription;
  const account = buyer.customerAWSAccountId;
  if (boundAccount !== undefined && account !== undefined && boundAccount !== account) {
    return { outcome: 'refused', reason: 'boundToAnotherAccount' };
  }
  if (subscription.productCode !== buyer.productCode) return { outcome: 'refused', reason: 'boundToAnotherProduct' };
  const named: Subscription = {
    ...subscription,
    ...(account !== undefined && { customerAWSAccountId: account }),
    ...identityFields(buyer),
    // The offer-type field is on the redirect of a free trial only; its absence later does not end the trial.
    freeTrial: buyer.freeTrial || subscription.freeTrial === true,
    ...(subscription.stateReason === 'created' && { stateReason: 'registered' }),
  };
  return { outcome: 'registered', subscription: activatedByRegistration(named, buyer, nowIso) };
}

function identityFields({ identity, licenseArn }: RegisteredBuyer): Partial<SubscriptionFacts> {
  switch (identity.kind) {
    case 'license':
      return { licenseId: identity.licenseId, ...(licenseArn !== undefined && { licenseArn }) };
    case 'legacyCustomer':
      return { customerIdentifier: identity.customerIdentifier };
  }
}

/**
 * Older products: whoever AWS resolves is subscribed until AWS says otherwise, so that a customer whose
 * `subscribe-success` was missed loses no usage. After an ending only a registration that is later than any token from
 * before it can be says that the customer has come back.
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
