import { describe, expect, it } from '@jest/globals';
import { aScene, HOUR, type Scene, type SceneOptions } from '../a-marketplace';

const older = (options: SceneOptions = {}): Scene =>
  aScene({ ...options, product: { identityMode: 'legacy', ...options.product } });
const actionsOf = ({ marketplace }: Scene) =>
  marketplace.notifications().map(({ message }) => JSON.parse(message).action);
const contract: SceneOptions = {
  product: { pricingModel: 'contract' },
  purchase: { entitlements: [{ dimension: 'requests', value: { IntegerValue: 1 } }] },
};

describe("an older product's topics", () => {
  it('tell who has subscribed to what, on the topic of the product', () => {
    const { marketplace, buyer, agreement } = older();
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

  it('tell that a customer leaves, and an hour later that the customer is gone', () => {
    const scene = older();
    scene.marketplace.endAgreement(scene.agreement.agreementId);
    expect(actionsOf(scene)).toEqual(['subscribe-success', 'unsubscribe-pending']);
    scene.clock.advance(HOUR);
    scene.marketplace.runDue();
    expect(actionsOf(scene).at(-1)).toBe('unsubscribe-success');
  });

  it('never tell that somebody is gone who is back at once', () => {
    const scene = older();
    const { marketplace, agreement, clock, buyer } = scene;
    marketplace.endAgreement(agreement.agreementId);
    marketplace.subscribe({ accountId: buyer.accountId, offerId: agreement.offerId });
    clock.advance(2 * HOUR);
    marketplace.runDue();
    expect(actionsOf(scene)).toEqual(['subscribe-success', 'unsubscribe-pending', 'subscribe-success']);
  });

  it('tell of contracts that entitlements have changed, and not to what', () => {
    const scene = older(contract);
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

  it('are not there for products that are known by licence', () => {
    const scene = aScene(contract);
    scene.marketplace.endAgreement(scene.agreement.agreementId);
    expect(scene.marketplace.notifications()).toEqual([]);
  });
});
