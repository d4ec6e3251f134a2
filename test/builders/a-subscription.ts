import type { Subscription, SubscriptionFields } from '../../lambdas/shared/domain/subscription';
import { storedSubscription } from '../../lambdas/shared/stores/subscriptions';

let counter = 0;

/** An active licence of a product of its own making; every call a different one. */
export function aSubscription(overrides: Partial<SubscriptionFields> = {}): Subscription {
  counter += 1;
  const digits = String(counter).padStart(12, '0');
  const licenseId = `l-${counter.toString(16).padStart(32, '0')}`;
  const isOver = overrides.state === 'ending' || overrides.state === 'ended';
  return storedSubscription.parse({
    subscriptionId: `s-${counter.toString(16).padStart(26, '0')}`,
    productCode: 'examplesaas0productcode00',
    state: 'active',
    stateReason: 'licenseUpdated',
    customerAWSAccountId: digits,
    licenseArn: `arn:aws:license-manager::294406891311:license:${licenseId}`,
    licenseId,
    activatedAt: '2026-11-01T00:00:00.000Z',
    version: 1,
    ...(isOver && { endingAt: '2026-11-02T00:00:00.000Z' }),
    ...overrides,
  });
}
