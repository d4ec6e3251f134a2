import { expect, it } from 'vitest';
import { aScene, HOUR, type Scene, type SceneOptions } from '../a-marketplace';

const aLegacyScene = (options: SceneOptions = {}): Scene =>
  aScene({ ...options, product: { identityMode: 'legacy', ...options.product } });
const actionsOf = ({ marketplace }: Scene) =>
  marketplace.notifications().map(({ message }) => JSON.parse(message).action);
const contract: SceneOptions = {
  product: { pricingModel: 'contract' },
  purchase: { entitlements: [{ dimension: 'requests', value: { IntegerValue: 1 } }] },
};

it('announces a subscription on the topic of a legacy product', () => {
  const { marketplace, buyer, agreement } = aLegacyScene();
  const [{ topicArn, message } = { topicArn: '', message: '' }] = marketplace.notifications();
  expect(topicArn).toBe('arn:aws:sns:us-east-1:287250355862:aws-mp-subscription-notification-analytics');
  expect(JSON.parse(message)).toEqual({
    action: 'subscribe-success',
    'customer-identifier': buyer.customerIdentifier,
    'product-code': 'analytics',
    'offer-identifier': agreement.offerId,
    isFreeTrialTermPresent: 'false',
  });
});

it('announces unsubscribe-pending, and unsubscribe-success an hour later', () => {
  const scene = aLegacyScene();
  scene.marketplace.endAgreement(scene.agreement.agreementId);
  expect(actionsOf(scene)).toEqual(['subscribe-success', 'unsubscribe-pending']);
  scene.clock.advance(HOUR);
  scene.marketplace.runDue();
  expect(actionsOf(scene).at(-1)).toBe('unsubscribe-success');
});

it('never announces unsubscribe-success for a customer who resubscribes immediately', () => {
  const scene = aLegacyScene();
  const { marketplace, agreement, clock, buyer } = scene;
  marketplace.endAgreement(agreement.agreementId);
  marketplace.subscribe({ accountId: buyer.accountId, offerId: agreement.offerId });
  clock.advance(2 * HOUR);
  marketplace.runDue();
  expect(actionsOf(scene)).toEqual(['subscribe-success', 'unsubscribe-pending', 'subscribe-success']);
});

it('announces changed entitlements of a contract without their values', () => {
  const scene = aLegacyScene(contract);
  const { marketplace, agreement, buyer } = scene;
  marketplace.changeEntitlements(agreement.agreementId, []);
  marketplace.endAgreement(agreement.agreementId);
  expect(actionsOf(scene)).toEqual([
    'subscribe-success',
    'entitlement-updated',
    'entitlement-updated',
    'unsubscribe-pending',
    'entitlement-updated',
  ]);
  const { topicArn, message } = marketplace.notifications().at(-1) ?? { topicArn: '', message: '{}' };
  expect(topicArn).toMatch(/:aws-mp-entitlement-notification-analytics$/);
  expect(Object.keys(JSON.parse(message))).toEqual(['action', 'customer-identifier', 'product-code']);
  expect(JSON.parse(message)['customer-identifier']).toBe(buyer.customerIdentifier);
});

it('publishes no notifications for license products', () => {
  const scene = aScene(contract);
  scene.marketplace.endAgreement(scene.agreement.agreementId);
  expect(scene.marketplace.notifications()).toEqual([]);
});
