import type { StateNotice } from '../contract/notices';
import { inOrder, shownValue, type Entitlements } from './entitlements';
import { freeTrialOf } from './free-trial';
import { lastPeriodOf } from './periods';
import type { Subscription } from './subscription';

/** One change of one subscription, stored atomically with its notice. */
export interface SubscriptionChange {
  /** As it was read; undefined when it is new. */
  before: Subscription | undefined;
  after: Subscription;
  notice?: StateNotice;
}

/**
 * The change to the wanted subscription, with the next version, and with a notice if the state changed. Undefined when
 * nothing differs, so that a repeated registration or a redelivered event writes nothing.
 */
export function toChange(
  before: Subscription | undefined,
  wanted: Subscription,
  nowIso: string,
): SubscriptionChange | undefined {
  if (before !== undefined && isSame(before, wanted)) return undefined;
  const after = { ...wanted, version: (before?.version ?? 0) + 1 };
  return { before, after, notice: before?.state === after.state ? undefined : stateNotice(after, nowIso) };
}

/** A change that only sends RegistrationCompleted: nothing but the subscription's version changes. */
export function toCompletion(before: Subscription, nowIso: string): SubscriptionChange {
  const after = { ...before, version: before.version + 1 };
  return { before, after, notice: { kind: 'RegistrationCompleted', ...commonFields(after, nowIso) } };
}

/** A change that only sends EntitlementsChanged: nothing but the subscription's version changes. */
export function toEntitlementsChange(
  before: Subscription,
  { unnamed = [], ...checked }: Entitlements & { unnamed?: readonly string[] },
  nowIso: string,
): SubscriptionChange {
  const after = { ...before, version: before.version + 1 };
  const entitlements = inOrder(checked.entitlements).map(({ value, ...rest }) => ({
    ...rest,
    kind: value.kind,
    value: shownValue(value),
  }));
  const { checkedAt } = checked;
  return {
    before,
    after,
    notice: {
      kind: 'EntitlementsChanged',
      ...commonFields(after, nowIso),
      entitlements,
      checkedAt,
      ...(unnamed.length > 0 && { unnamed: [...unnamed] }),
    },
  };
}

/** A `pending` subscription has no notice. */
function stateNotice(after: Subscription, nowIso: string): StateNotice | undefined {
  const common = commonFields(after, nowIso);
  switch (after.state) {
    case 'pending':
      return undefined;
    case 'active':
      return { kind: 'SubscriptionActivated', ...common, activatedAt: lastPeriodOf(after)?.from ?? after.activatedAt };
    case 'ending':
      return { kind: 'SubscriptionEnding', ...common, endingAt: after.endingAt };
    case 'ended':
      return { kind: 'SubscriptionEnded', ...common, endingAt: after.endingAt };
  }
}

function commonFields(after: Subscription, nowIso: string) {
  const { subscriptionId, version, productCode, state, customerAWSAccountId, licenseArn, customerIdentifier } = after;
  const { agreementId, previousAgreementId } = after;
  const ids = { subscriptionId, productCode, customerAWSAccountId, licenseArn, customerIdentifier };
  return {
    schemaVersion: 1 as const,
    version,
    time: nowIso,
    state,
    ...freeTrialOf(after),
    ...ids,
    agreementId,
    previousAgreementId,
  };
}

/** Whether two subscriptions are equal apart from their version. */
export function isSame(a: Subscription, b: Subscription): boolean {
  return asText(a) === asText(b);
}

/** Every field but the version, sorted; undefined fields count as absent. */
function asText(subscription: Subscription): string {
  const fields = Object.entries(subscription).filter(([name, value]) => name !== 'version' && value !== undefined);
  return JSON.stringify(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}
