import { describe, expect, it } from '@jest/globals';
import { newSubscription } from '../../lambdas/shared/domain/identity';
import { applyRegistration, type RegisteredBuyer } from '../../lambdas/shared/domain/registration';
import type { Subscription } from '../../lambdas/shared/domain/subscription';
import { aSubscription } from '../builders/a-subscription';

const NOW = '2026-11-02T12:00:00.000Z';
const licenseBuyer: RegisteredBuyer = {
  productCode: 'p',
  identity: { kind: 'license', licenseId: 'l-1' },
  customerAWSAccountId: '111122223333',
  licenseArn: 'arn:aws:license-manager::294406891311:license:l-1',
  freeTrial: false,
};
const legacyBuyer: RegisteredBuyer = {
  productCode: 'p',
  identity: { kind: 'legacyCustomer', productCode: 'p', customerIdentifier: 'c-1' },
  freeTrial: false,
  ofOlderProduct: true,
};

function registered(subscription: Subscription, buyer: RegisteredBuyer): Subscription {
  const result = applyRegistration(subscription, buyer, NOW);
  if (result.outcome === 'refused') throw new Error(result.reason);
  return result.subscription;
}

describe('applyRegistration', () => {
  it('leaves a new licence pending: only AWS activates it', () => {
    const subscription = registered(newSubscription('s-1', 'p'), licenseBuyer);
    expect(subscription).toMatchObject({ state: 'pending', stateReason: 'registered', licenseId: 'l-1' });
    expect(subscription.activatedAt).toBeUndefined();
  });

  it('adds the ARN and the account to what the licence event stored, and takes nothing away', () => {
    const fromEvent = aSubscription({ productCode: 'p', licenseArn: undefined, agreementId: 'agmt-1' });
    const { customerAWSAccountId } = fromEvent;
    const subscription = registered(fromEvent, { ...licenseBuyer, customerAWSAccountId });
    expect(subscription).toMatchObject({ state: 'active', stateReason: 'licenseUpdated', agreementId: 'agmt-1' });
    expect(subscription).toMatchObject({ activatedAt: fromEvent.activatedAt, licenseArn: licenseBuyer.licenseArn });
  });

  it('activates a legacy customer now, once', () => {
    const first = registered(newSubscription('s-1', 'p'), legacyBuyer);
    expect(first).toMatchObject({ state: 'active', stateReason: 'registered', activatedAt: NOW });
    const again = applyRegistration(first, legacyBuyer, '2026-12-01T00:00:00.000Z');
    expect(again).toEqual({ outcome: 'registered', subscription: first });
  });

  it.each(['ending', 'ended'] as const)('does not bring a subscription back that is %s', (state) => {
    expect(
      registered(aSubscription({ productCode: 'p', state, customerAWSAccountId: undefined }), legacyBuyer).state,
    ).toBe(state);
  });

  it('takes a customer back who registers later than any token from before the end is valid', () => {
    const endings = [{ at: '2026-11-02T07:59:59.999Z', kind: 'unsubscribeSucceeded' }] as const;
    const ended = aSubscription({ productCode: 'p', state: 'ended', endings: [...endings] });
    const customer = { ...ended, customerAWSAccountId: undefined };
    expect(registered(customer, legacyBuyer)).toMatchObject({ state: 'active', begunAt: NOW, endings: [] });
    const later = { ...customer, endings: [{ ...endings[0], at: '2026-11-02T08:00:00.000Z' }] };
    expect(registered(later, legacyBuyer).state).toBe('ended');
    expect(registered(customer, licenseBuyer).state).toBe('ended');
  });

  it('refuses to bind a licence or a customer to another account', () => {
    for (const buyer of [licenseBuyer, { ...legacyBuyer, customerAWSAccountId: '111122223333' }]) {
      const bound = aSubscription({ productCode: 'p', customerAWSAccountId: '999988887777' });
      expect(applyRegistration(bound, buyer, NOW)).toEqual({ outcome: 'refused', reason: 'boundToAnotherAccount' });
    }
  });

  it('refuses to bind a licence to another product', () => {
    const bound = aSubscription({ productCode: 'other', customerAWSAccountId: '111122223333' });
    expect(applyRegistration(bound, licenseBuyer, NOW)).toMatchObject({ reason: 'boundToAnotherProduct' });
  });

  it('remembers a free trial although the next redirect does not mention it', () => {
    const trial = registered(newSubscription('s-1', 'p'), { ...licenseBuyer, freeTrial: true });
    expect(registered(trial, licenseBuyer).freeTrial).toBe(true);
  });

  it('keeps a known account when AWS returns none', () => {
    const bound = aSubscription({ productCode: 'p', customerAWSAccountId: '111122223333' });
    expect(registered(bound, legacyBuyer).customerAWSAccountId).toBe('111122223333');
  });
});
