import { describe, expect, it } from 'vitest';
import { toMarketplaceEvent } from '../../lambdas/shared/marketplace/subscription-notifications';
import { aCustomerNotification } from '../builders/a-customer-notification';
import { anAgreementEvent } from '../builders/an-agreement-event';

describe('toMarketplaceEvent', () => {
  it('reads an SNS notification with the id and time of its envelope', () => {
    const input = aCustomerNotification({ id: 'message-1', more: { isFreeTrialTermPresent: 'true' } });
    expect(toMarketplaceEvent(input)).toMatchObject({
      kind: 'customer',
      productCode: 'legacyproduct000000000000',
      customerIdentifier: 'X01EXAMPLEX',
      event: {
        kind: 'subscribeSucceeded',
        time: '2026-11-02T10:00:00.123Z',
        customerIdentifier: 'X01EXAMPLEX',
        freeTrial: true,
      },
      kept: { id: 'message-1', detailType: 'SNS subscribe-success', time: '2026-11-02T10:00:00.123Z' },
    });
  });

  it.each([
    ['true', { freeTrial: true }],
    [true, { freeTrial: true }],
    ['false', { freeTrial: false }],
    [false, { freeTrial: false }],
    ['', {}],
    [undefined, {}],
  ])('reads isFreeTrialTermPresent %j as %j', (isFreeTrialTermPresent, said) => {
    const read = toMarketplaceEvent(aCustomerNotification({ more: { isFreeTrialTermPresent } }));
    const event = { kind: 'subscribeSucceeded', time: expect.any(String), customerIdentifier: 'X01EXAMPLEX', ...said };
    expect('event' in read && read.event).toStrictEqual(event);
  });

  it.each([
    ['subscribe-fail', 'subscribeFailed'],
    ['unsubscribe-pending', 'unsubscribePending'],
    ['unsubscribe-success', 'unsubscribeSucceeded'],
    ['entitlement-updated', 'entitlementsChanged'],
  ])('reads the action %s as %s', (action, kind) => {
    const more = { isFreeTrialTermPresent: 'false' };
    expect(toMarketplaceEvent(aCustomerNotification({ action, more }))).toMatchObject({ event: { kind } });
  });

  it("reads a customer identifier with a leading space, as in AWS's documentation", () => {
    const input = aCustomerNotification({ customerIdentifier: ' X01EXAMPLEX' });
    expect(toMarketplaceEvent(input)).toMatchObject({ customerIdentifier: 'X01EXAMPLEX' });
  });

  it('keeps unknown notifications whole', () => {
    const inputs = {
      surprise: aCustomerNotification({ action: 'surprise' }),
      unknown: { ...aCustomerNotification(), Message: 'no JSON' },
      'subscribe-success': aCustomerNotification({ customerIdentifier: undefined }),
    };
    for (const [action, input] of Object.entries(inputs)) {
      const kept = { detailType: `SNS ${action}`, detail: input.Message };
      expect(toMarketplaceEvent(input)).toMatchObject({ kind: 'other', kept });
    }
  });

  it.each(['toString', 'constructor', '__proto__'])('reads an action called %s as unknown', (action) => {
    expect(toMarketplaceEvent(aCustomerNotification({ action }))).toMatchObject({ kind: 'other' });
  });

  it('truncates a notification that does not fit into an item', () => {
    const kept = toMarketplaceEvent({ ...aCustomerNotification(), Message: '€'.repeat(300_000) }).kept;
    expect(kept.detail).toHaveLength(100_000);
  });

  it('fails for an id or a time that does not fit into a key', () => {
    for (const odd of [{ MessageId: 'x'.repeat(2000) }, { Timestamp: '9999-12-31T23:59:59-14:00' }])
      expect(() => toMarketplaceEvent({ ...aCustomerNotification(), ...odd })).toThrow();
  });

  it('reads an EventBridge event from the queue', () => {
    expect(toMarketplaceEvent(anAgreementEvent())).toMatchObject({ kind: 'license' });
  });

  it('fails for input from neither SNS nor EventBridge', () => {
    expect(() => toMarketplaceEvent({ Type: 'SubscriptionConfirmation' })).toThrow();
  });
});
