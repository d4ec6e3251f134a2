import { required } from './required';
import type { Agreement } from './state';
import type { World } from './world';

/** What AWS Marketplace publishes on an SNS topic of an older product: a message without an id and without a time. */
export interface MarketplaceNotification {
  topicArn: string;
  message: string;
}

/** AWS Marketplace's own account. */
const TOPICS = 'arn:aws:sns:us-east-1:287250355862';

/** Tells of the subscription of an older product; of a newer one EventBridge tells alone. */
export function notifySubscription(
  world: World,
  action: 'subscribe-success' | 'subscribe-fail' | 'unsubscribe-pending' | 'unsubscribe-success',
  agreement: Agreement,
): void {
  const { offerId, freeTrial } = agreement;
  const subscribes = action.startsWith('subscribe');
  const more = { 'offer-identifier': offerId, isFreeTrialTermPresent: String(freeTrial) };
  notify(world, agreement, { topic: 'aws-mp-subscription-notification', action, more: subscribes ? more : {} });
}

/** Says that entitlements may be others; which, only GetEntitlements tells. Products without contracts have no such topic. */
export function notifyEntitlements(world: World, agreement: Agreement): void {
  const { pricingModel } = required(world.state.products, agreement.productCode, 'product');
  if (pricingModel === 'subscription') return;
  notify(world, agreement, { topic: 'aws-mp-entitlement-notification', action: 'entitlement-updated', more: {} });
}

function notify(
  world: World,
  { productCode, accountId }: Agreement,
  { topic, action, more }: { topic: string; action: string; more: Record<string, string> },
): void {
  const { identityMode } = required(world.state.products, productCode, 'product');
  if (identityMode !== 'legacy') return;
  const { customerIdentifier } = required(world.state.buyers, accountId, 'buyer');
  const notification: MarketplaceNotification = {
    topicArn: `${TOPICS}:${topic}-${productCode}`,
    message: JSON.stringify({
      ...{ action, 'customer-identifier': customerIdentifier, 'product-code': productCode },
      ...more,
    }),
  };
  world.state.notifications.push(notification);
  world.notify(notification);
}
