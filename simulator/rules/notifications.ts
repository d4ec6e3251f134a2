import type { Context } from './context';
import { required } from './required';
import type { Agreement, SnsNotification } from './state';

/** The topics belong to AWS Marketplace's own account. */
const TOPICS = 'arn:aws:sns:us-east-1:287250355862';

/** Announces a change of subscription. Only legacy products have topics; EventBridge serves all others. */
export function notifySubscription(
  context: Context,
  action: 'subscribe-success' | 'subscribe-fail' | 'unsubscribe-pending' | 'unsubscribe-success',
  agreement: Agreement,
): void {
  const { offerId, freeTrial } = agreement;
  const offer = { 'offer-identifier': offerId, isFreeTrialTermPresent: String(freeTrial) };
  notify(context, agreement, {
    topic: 'aws-mp-subscription-notification',
    action,
    more: action.startsWith('subscribe') ? offer : {},
  });
}

/**
 * Announces that entitlements may have changed; the subscriber reads the new ones with GetEntitlements. Products without
 * contracts have no such topic.
 */
export function notifyEntitlements(context: Context, agreement: Agreement): void {
  const { pricingModel } = required(context.state.products, agreement.productCode, 'product');
  if (pricingModel === 'subscription') return;
  notify(context, agreement, { topic: 'aws-mp-entitlement-notification', action: 'entitlement-updated', more: {} });
}

function notify(
  context: Context,
  { productCode, accountId }: Agreement,
  { topic, action, more }: { topic: string; action: string; more: Record<string, string> },
): void {
  const { identityMode } = required(context.state.products, productCode, 'product');
  if (identityMode !== 'legacy') return;
  const { customerIdentifier } = required(context.state.buyers, accountId, 'buyer');
  const notification: SnsNotification = {
    topicArn: `${TOPICS}:${topic}-${productCode}`,
    message: JSON.stringify({
      action,
      'customer-identifier': customerIdentifier,
      'product-code': productCode,
      ...more,
    }),
  };
  context.state.notifications.push(notification);
  context.notify(notification);
}
