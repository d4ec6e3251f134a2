import { describe, expect, it } from 'vitest';
import { hourOf } from '../../lambdas/shared/domain/hour';
import { newSubscription } from '../../lambdas/shared/domain/identity';
import { applyLifecycleEvent } from '../../lambdas/shared/domain/lifecycle-event';
import { applyRegistration, asBuyerOfLicense, type RegisteredBuyer } from '../../lambdas/shared/domain/registration';
import { activationOf, type Subscription } from '../../lambdas/shared/domain/subscription';
import { aLegacyCustomer, aLicense } from '../builders/a-legacy-customer';
import { aSubscription } from '../builders/a-subscription';

const NOW = '2026-11-02T12:00:00.000Z';
const licenseBuyer: RegisteredBuyer = {
  productCode: 'p',
  identity: { kind: 'license', licenseId: 'l-1' },
  customerAWSAccountId: '111122223333',
  licenseArn: 'arn:aws:license-manager::294406891311:license:l-1',
  freeTrial: false,
};
const legacyIdentity = { kind: 'legacyCustomer', productCode: 'p', customerIdentifier: 'c-1' } as const;
const legacyBuyer: RegisteredBuyer = {
  productCode: 'p',
  identity: legacyIdentity,
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
    expect(activationOf(subscription)).toBeUndefined();
  });

  it('adds the ARN and the account to what the licence event stored, and takes nothing away', () => {
    const fromEvent = aSubscription({ productCode: 'p', licenseArn: undefined, agreementId: 'agmt-1' });
    const { customerAWSAccountId } = fromEvent;
    const subscription = registered(fromEvent, { ...licenseBuyer, customerAWSAccountId });
    expect(subscription).toMatchObject({ state: 'active', stateReason: 'licenseUpdated', agreementId: 'agmt-1' });
    expect(subscription).toMatchObject({ activatedAt: activationOf(fromEvent), licenseArn: licenseBuyer.licenseArn });
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

  it('overrules the account and the product that only an event has named', () => {
    const event = { customerAWSAccountId: '999988887777', productCode: 'other', licenseArn: undefined };
    const { customerAWSAccountId, productCode, licenseArn } = licenseBuyer;
    for (const differing of [event, { ...event, productCode }, { ...event, customerAWSAccountId }]) {
      expect(applyRegistration(aSubscription(differing), licenseBuyer, NOW)).toMatchObject({
        overrulesEvent: true,
        subscription: { customerAWSAccountId, productCode, licenseArn, state: 'active' },
      });
    }
    const agreeing = aSubscription({ customerAWSAccountId, productCode, licenseArn: undefined });
    expect(applyRegistration(agreeing, licenseBuyer, NOW)).not.toHaveProperty('overrulesEvent');
  });

  it('refuses to bind a licence to another product', () => {
    const bound = aSubscription({ productCode: 'other', customerAWSAccountId: '111122223333' });
    const refused = { outcome: 'refused', reason: 'boundToAnotherProduct' };
    expect(applyRegistration(bound, licenseBuyer, NOW)).toEqual(refused);
  });

  it('remembers a free trial although the next redirect does not mention it', () => {
    const trial = registered(newSubscription('s-1', 'p'), { ...licenseBuyer, freeTrial: true });
    expect(registered(trial, licenseBuyer).freeTrial).toBe(true);
  });

  it('does not take the word of a browser that a licence registered as paid is a free trial', () => {
    const paid = registered(newSubscription('s-1', 'p'), licenseBuyer);
    expect(registered(paid, { ...licenseBuyer, freeTrial: true }).freeTrial).toBe(false);
  });

  it('takes the word of a browser under each agreement once', () => {
    const trialBuyer = { ...licenseBuyer, agreementId: 'agmt-1', freeTrial: true };
    const trial = registered(newSubscription('s-1', 'p'), trialBuyer);
    const renewed = registered(trial, { ...licenseBuyer, agreementId: 'agmt-2' });
    expect([trial.freeTrial, renewed.freeTrial]).toEqual([true, false]);
    const underAnother = aSubscription({
      productCode: 'p',
      customerAWSAccountId: licenseBuyer.customerAWSAccountId,
      agreementId: 'agmt-2',
      agreementSince: NOW,
    });
    expect(registered(underAnother, trialBuyer).freeTrial).toBeUndefined();
  });

  it.each([true, false])('does not let a browser outrank AWS, which said %s about a free trial', (freeTrial) => {
    const told = { kind: 'subscribeSucceeded', customerIdentifier: 'c-1', time: NOW, freeTrial } as const;
    const buyer = { ...legacyBuyer, freeTrial: !freeTrial };
    const first = applyLifecycleEvent(newSubscription('s-1', 'p'), told);
    expect(registered(first, buyer).freeTrial).toBe(freeTrial);
    const last = registered(newSubscription('s-1', 'p'), buyer);
    expect(applyLifecycleEvent(last, told).freeTrial).toBe(freeTrial);
  });

  it('adds the ids that AWS returned to what is known', () => {
    const { licenseArn, customerAWSAccountId } = licenseBuyer;
    const ofLicense = registered(newSubscription('s-1', 'p'), licenseBuyer);
    expect(ofLicense).toMatchObject({ licenseId: 'l-1', licenseArn, customerAWSAccountId });
    expect(registered(ofLicense, { ...licenseBuyer, licenseArn: undefined })).toEqual(ofLicense);
    const customer = registered(newSubscription('s-2', 'p'), legacyBuyer);
    expect(customer).toMatchObject({ customerIdentifier: 'c-1', freeTrial: false });
    expect(Object.keys(customer)).not.toContain('licenseId');
  });

  it('keeps why a subscription is in its state', () => {
    const updated = { ...newSubscription('s-1', 'p'), stateReason: 'licenseUpdated' };
    expect(registered(updated, licenseBuyer).stateReason).toBe('licenseUpdated');
  });

  it('keeps the activation that AWS told of before', () => {
    const active = aLegacyCustomer({ productCode: 'p', activatedAt: '2026-10-01T00:00:00.000Z' });
    const identity = { ...legacyIdentity, customerIdentifier: active.customerIdentifier ?? '' };
    const { customerAWSAccountId } = active;
    expect(registered(active, { ...legacyBuyer, identity, customerAWSAccountId })).toMatchObject({
      activatedAt: '2026-10-01T00:00:00.000Z',
    });
  });

  it('leaves an active customer as it is, also one whose former agreement has ended', () => {
    const endings = [{ at: '2026-10-01T00:00:00.000Z', kind: 'agreementEnded' as const, agreementId: 'agmt-1' }];
    const active = aLegacyCustomer({ productCode: 'p', agreementId: 'agmt-2', freeTrial: false, endings });
    const buyer = {
      ...legacyBuyer,
      identity: { ...legacyIdentity, customerIdentifier: active.customerIdentifier ?? '' },
    };
    expect(registered(active, buyer)).toEqual(active);
  });

  it('does not bring a customer back of whose end nobody knows when it was', () => {
    const ended = aLegacyCustomer({ productCode: 'p', state: 'ended', endings: [] });
    expect(registered(ended, legacyBuyer).state).toBe('ended');
    expect(registered({ ...ended, endings: undefined }, legacyBuyer).state).toBe('ended');
  });

  it('counts the time in which a token may be valid from the last ending', () => {
    const [first, last] = ['2026-11-01T00:00:00.000Z', '2026-11-02T11:00:00.000Z'];
    const endings = [first, last].map((at) => ({ at, kind: 'unsubscribeSucceeded' as const }));
    expect(registered(aLegacyCustomer({ productCode: 'p', state: 'ended', endings }), legacyBuyer).state).toBe('ended');
  });

  it('keeps a known account when AWS returns none', () => {
    const bound = aSubscription({ productCode: 'p', customerAWSAccountId: '111122223333' });
    expect(registered(bound, legacyBuyer).customerAWSAccountId).toBe('111122223333');
  });
});

describe('asBuyerOfLicense', () => {
  const [old, license] = [aLicense(), aLicense()];
  const nowMs = Date.parse(NOW);
  const buyer: RegisteredBuyer = { ...legacyBuyer, license, movesToLicense: true };
  const moved = aLegacyCustomer({ ...old, licenseFrom: hourOf(nowMs) });

  it('takes a customer who had moved and comes back under another licence for the buyer of that licence', () => {
    const { license: _, ...rest } = buyer;
    expect(asBuyerOfLicense(buyer, moved, nowMs)).toEqual({
      ...rest,
      identity: { kind: 'license', licenseId: license.licenseId },
      licenseArn: license.licenseArn,
    });
  });

  it('leaves the customer as it is before the hour of the move: AWS is told of no hour in both forms', () => {
    expect(asBuyerOfLicense(buyer, moved, nowMs - 1)).toBe(buyer);
  });

  it.each([
    ['nobody knows yet', buyer, undefined],
    ['has not moved', buyer, aLegacyCustomer()],
    ['comes back under the same licence', { ...buyer, license: old }, moved],
    ['comes without a licence', legacyBuyer, moved],
  ])('leaves a customer as it is who %s', (_, given, known) => {
    expect(asBuyerOfLicense(given, known, nowMs)).toBe(given);
  });
});
