import { describe, expect, it } from '@jest/globals';
import { toMarketplaceEvent } from '../../lambdas/shared/marketplace/subscription-notifications';
import { aCustomerNotification } from '../builders/a-customer-notification';
import { anAgreementEvent } from '../builders/an-agreement-event';

describe('toMarketplaceEvent', () => {
  it('reads what SNS delivers: who, what, and the id and time that only the envelope has', () => {
    const input = aCustomerNotification({ id: 'message-1', more: { isFreeTrialTermPresent: 'true' } });
    expect(toMarketplaceEvent(input)).toMatchObject({
      kind: 'customer',
      productCode: 'legacyproduct000000000000',
      customerIdentifier: 'X01EXAMPLEX',
      event: { kind: 'subscribeSucceeded', time: '2026-11-02T10:00:00.123Z', freeTrial: true },
      kept: { id: 'message-1', detailType: 'SNS subscribe-success', time: '2026-11-02T10:00:00.123Z' },
    });
  });

  it.each([
    ['subscribe-fail', 'subscribeFailed'],
    ['unsubscribe-pending', 'unsubscribePending'],
    ['unsubscribe-success', 'unsubscribeSucceeded'],
    ['entitlement-updated', 'entitlementsChanged'],
  ])('takes %s for %s', (action, kind) => {
    const more = { isFreeTrialTermPresent: 'false' };
    expect(toMarketplaceEvent(aCustomerNotification({ action, more }))).toMatchObject({ event: { kind } });
  });

  it('reads the identifier of the documentation, which has a blank in front', () => {
    const input = aCustomerNotification({ customerIdentifier: ' X01EXAMPLEX' });
    expect(toMarketplaceEvent(input)).toMatchObject({ customerIdentifier: 'X01EXAMPLEX' });
  });

  it('keeps whole what it does not know', () => {
    const inputs = [
      aCustomerNotification({ action: 'surprise' }),
      { ...aCustomerNotification(), Message: 'no JSON' },
      aCustomerNotification({ customerIdentifier: undefined }),
    ];
    for (const input of inputs) {
      expect(toMarketplaceEvent(input)).toMatchObject({ kind: 'other', kept: { detail: input.Message } });
    }
  });

  it.each(['toString', 'constructor', '__proto__'])('knows no action called %s', (action) => {
    expect(toMarketplaceEvent(aCustomerNotification({ action }))).toMatchObject({ kind: 'other' });
  });

  it('keeps of a text that no item has room for what has', () => {
    const kept = toMarketplaceEvent({ ...aCustomerNotification(), Message: '€'.repeat(300_000) }).kept;
    expect(kept.detail).toHaveLength(100_000);
  });

  it('fails for an id or a time that no key can hold', () => {
    for (const odd of [{ MessageId: 'x'.repeat(2000) }, { Timestamp: '9999-12-31T23:59:59-14:00' }])
      expect(() => toMarketplaceEvent({ ...aCustomerNotification(), ...odd })).toThrow();
  });

  it('reads what EventBridge delivers', () => {
    expect(toMarketplaceEvent(anAgreementEvent())).toMatchObject({ kind: 'license' });
  });

  it('fails for what neither sends', () => {
    expect(() => toMarketplaceEvent({ Type: 'SubscriptionConfirmation' })).toThrow();
  });
});
