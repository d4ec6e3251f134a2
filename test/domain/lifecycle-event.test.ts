import { describe, expect, it } from 'vitest';
import { newSubscription } from '../../lambdas/shared/domain/identity';
import {
  applyLifecycleEvent,
  applySubscriptionEvent,
  type CustomerLifecycleEvent,
  type LifecycleEvent,
} from '../../lambdas/shared/domain/lifecycle-event';
import { overAfterGrace, type Subscription } from '../../lambdas/shared/domain/subscription';
import { aSubscription } from '../builders/a-subscription';

const at = (hour: number) => new Date(Date.UTC(2026, 10, 1, hour)).toISOString();
const updated = (
  hour: number,
  more: { customerAWSAccountId?: string; agreementId?: string; licenseId?: string } = {},
) => ({ kind: 'licenseUpdated', licenseId: 'l-1', time: at(hour), ...more }) as const;
const deprovisioned = (hour: number, agreementId?: string) =>
  ({ kind: 'licenseDeprovisioned', licenseId: 'l-1', time: at(hour), agreementId }) as const;
const ofAgreement = (agreementId: string) => (hour: number) =>
  ({ kind: 'agreementEnded', agreementId, time: at(hour) }) as const;
const customer = (kind: CustomerLifecycleEvent['kind'], hour: number, more: { freeTrial?: boolean } = {}) =>
  ({ kind, customerIdentifier: 'c-1', time: at(hour), ...more }) as CustomerLifecycleEvent;
const after = (...events: LifecycleEvent[]) => events.reduce(applyLifecycleEvent, newSubscription('s-1', 'p'));

function expectToLive(subscription: Subscription): void {
  expect(subscription.state).toBe('active');
  expect(subscription).not.toHaveProperty('endingAt');
}

/** After the hour of grace. */
function over(subscription: Subscription): Subscription {
  if (subscription.state !== 'ending') throw new Error(`A subscription that is ${subscription.state} has no grace.`);
  return overAfterGrace(subscription);
}

describe('applyLifecycleEvent', () => {
  it('activates at the time of the event', () => {
    expect(after(updated(1))).toMatchObject({ state: 'active', stateReason: 'licenseUpdated', activatedAt: at(1) });
  });

  it('begins the end at the time of the event', () => {
    expect(after(updated(1), deprovisioned(2))).toMatchObject({ state: 'ending', endingAt: at(2), activatedAt: at(1) });
  });

  it('activates again when the buyer comes back, also from ended', () => {
    expectToLive(after(updated(1), deprovisioned(2), updated(3)));
    const ended = over(after(updated(1), deprovisioned(2)));
    expectToLive(applyLifecycleEvent(ended, updated(3)));
  });

  it('does not let an older event undo a newer one', () => {
    expect(after(deprovisioned(2), updated(1))).toMatchObject({ state: 'ending', endingAt: at(2), activatedAt: at(1) });
    expect(after(updated(3), deprovisioned(2))).toMatchObject({ state: 'active', activatedAt: at(3) });
    const ended = over(after(deprovisioned(2)));
    expect(applyLifecycleEvent(ended, updated(1))).toMatchObject({ state: 'ended', endingAt: at(2) });
  });

  it('keeps the earliest activation, whichever update comes first', () => {
    expect(after(updated(3), updated(1))).toMatchObject({ activatedAt: at(1), begunAt: at(3) });
  });

  it('counts the end from the first of several ending events', () => {
    expect(after(updated(1), deprovisioned(3), deprovisioned(2))).toMatchObject({ endingAt: at(2) });
  });

  it('ends when both come with the same second', () => {
    expect(after(updated(1), deprovisioned(1)).state).toBe('ending');
    expect(after(deprovisioned(1), updated(1)).state).toBe('ending');
  });

  it('binds an account that nobody knew, and never another one', () => {
    expect(after(updated(1, { customerAWSAccountId: '111' })).customerAWSAccountId).toBe('111');
    const bound = aSubscription({ customerAWSAccountId: '111' });
    expect(applyLifecycleEvent(bound, updated(1, { customerAWSAccountId: '222' })).customerAWSAccountId).toBe('111');
  });

  it('follows a renewal to its new agreement, and not back', () => {
    const [first, renewal] = [updated(1, { agreementId: 'agmt-1' }), updated(2, { agreementId: 'agmt-2' })];
    expect(after(first, renewal).agreementId).toBe('agmt-2');
    expect(after(renewal, first).agreementId).toBe('agmt-2');
  });

  it('takes the agreement with the greater id of two that began at the same time, whichever news comes first', () => {
    const [one, other] = [updated(1, { agreementId: 'agmt-1' }), updated(1, { agreementId: 'agmt-2' })];
    expect(after(one, other)).toMatchObject({ agreementId: 'agmt-2', agreementSince: at(1) });
    expect(after(other, one)).toMatchObject({ agreementId: 'agmt-2', agreementSince: at(1) });
  });

  it('stays under its agreement when a newer beginning names none', () => {
    const known = after(updated(1, { agreementId: 'agmt-1' }), updated(2));
    expect(known).toMatchObject({ agreementId: 'agmt-1', agreementSince: at(1), begunAt: at(2) });
    expect(applyLifecycleEvent(known, updated(3, { agreementId: undefined }))).toMatchObject({ agreementId: 'agmt-1' });
  });

  it('remembers the first licence and customer it is told of', () => {
    expect(after(updated(1), updated(2, { licenseId: 'l-2' })).licenseId).toBe('l-1');
    const subscribed = (time: number, customerIdentifier: string) =>
      ({ kind: 'subscribeSucceeded', customerIdentifier, time: at(time) }) as const;
    expect(after(subscribed(1, 'c-1'), subscribed(2, 'c-2'))).toMatchObject({ customerIdentifier: 'c-1' });
    expect(after(subscribed(1, 'c-1')).licenseId).toBeUndefined();
  });

  it('keeps the ends in the order of time, and of which agreement they are where it is the agreement that ended', () => {
    const agreementId = 'agmt-1';
    const taken = deprovisioned(3, agreementId);
    expect(after(taken, ofAgreement(agreementId)(2), taken).endings).toEqual([
      { at: at(2), kind: 'agreementEnded', agreementId },
      { at: at(3), kind: 'licenseDeprovisioned' },
    ]);
  });

  it('does not become other than ended by one more end', () => {
    const ended = over(after(updated(1), deprovisioned(2)));
    expect(applyLifecycleEvent(ended, deprovisioned(3))).toMatchObject({
      state: 'ended',
      stateReason: 'graceElapsed',
      endingAt: at(2),
    });
  });

  it('keeps the ARN that ResolveCustomer returned', () => {
    const { licenseArn } = aSubscription();
    expect(applyLifecycleEvent(aSubscription({ licenseArn }), updated(1)).licenseArn).toBe(licenseArn);
  });

  it('ends with the agreement, before the licence is taken away', () => {
    const ended = after(updated(1, { agreementId: 'agmt-1' }), ofAgreement('agmt-1')(2), deprovisioned(3));
    expect(ended).toMatchObject({ state: 'ending', stateReason: 'agreementEnded', endingAt: at(2) });
  });

  it('outlives an agreement that another one has taken the place of, whichever news comes first', () => {
    const events = [updated(1, { agreementId: 'agmt-1' }), updated(2, { agreementId: 'agmt-2' })];
    const oldOneEnds = ofAgreement('agmt-1')(3);
    expectToLive(after(...events, oldOneEnds));
    expectToLive(after(oldOneEnds, ...events));
    expect(after(...events, ofAgreement('agmt-2')(3))).toMatchObject({ state: 'ending', endingAt: at(3) });
  });

  it("follows an older product's customer through unsubscribing and an immediate return", () => {
    const [subscribed, pending] = [customer('subscribeSucceeded', 1), customer('unsubscribePending', 2)];
    expect(after(subscribed)).toMatchObject({ state: 'active', activatedAt: at(1) });
    expect(after(subscribed, pending)).toMatchObject({ state: 'ending', stateReason: 'unsubscribePending' });
    expect(after(subscribed, pending, customer('unsubscribeSucceeded', 3))).toMatchObject({ endingAt: at(2) });
    const back = customer('subscribeSucceeded', 3);
    expect(after(subscribed, pending, back)).toMatchObject({ state: 'active', activatedAt: at(1) });
    expect(after(subscribed, back, pending)).toMatchObject({ state: 'active' });
  });

  it('takes no usage of a customer whose subscription failed', () => {
    expect(after(customer('subscribeFailed', 1))).toMatchObject({ state: 'ending', stateReason: 'subscribeFailed' });
    expect(after(customer('subscribeFailed', 1), customer('subscribeSucceeded', 2)).state).toBe('active');
  });

  it('takes the newest beginning for whether it is a free trial, whichever news comes first', () => {
    const trial = customer('subscribeSucceeded', 1, { freeTrial: true });
    const over = customer('unsubscribePending', 2, { freeTrial: true });
    const paid = customer('subscribeSucceeded', 3, { freeTrial: false });
    for (const events of [
      [trial, over, paid],
      [paid, over, trial],
      [over, paid, trial],
    ])
      expect(after(...events)).toMatchObject({ state: 'active', freeTrial: false, freeTrialSince: at(3) });
    const again = customer('subscribeSucceeded', 4, { freeTrial: true });
    expect(after(again, trial, paid).freeTrial).toBe(true);
    expect(after(trial, customer('subscribeSucceeded', 2))).toMatchObject({ freeTrial: true, freeTrialSince: at(1) });
    expect(after(customer('subscribeSucceeded', 1))).not.toHaveProperty('freeTrial');
    expect(after(trial, customer('subscribeSucceeded', 2, { freeTrial: undefined })).freeTrial).toBe(true);
  });

  it('takes two beginnings at the same time for a free trial if one of them is, whichever news comes first', () => {
    const [trial, paid] = [true, false].map((freeTrial) => customer('subscribeSucceeded', 1, { freeTrial }));
    if (trial === undefined || paid === undefined) throw new Error('Two events are needed.');
    expect([after(trial, paid).freeTrial, after(paid, trial).freeTrial]).toEqual([true, true]);
  });

  it('forgets the free trial that a browser told of when the licence comes under another agreement', () => {
    const trial = { ...after(updated(1, { agreementId: 'agmt-1' })), freeTrial: true };
    expect(applyLifecycleEvent(trial, updated(2, { agreementId: 'agmt-1' })).freeTrial).toBe(true);
    expect(applyLifecycleEvent(trial, updated(2, { agreementId: 'agmt-2' })).freeTrial).toBeUndefined();
    const unknown = { ...after(updated(1)), freeTrial: true };
    expect(applyLifecycleEvent(unknown, updated(2, { agreementId: 'agmt-1' })).freeTrial).toBe(true);
    const toldByAws = { ...trial, freeTrialSince: at(1) };
    expect(applyLifecycleEvent(toldByAws, updated(2, { agreementId: 'agmt-2' })).freeTrial).toBe(true);
  });
});

describe('applySubscriptionEvent', () => {
  it('remembers the newest time at which entitlements may have changed, and changes no state', () => {
    const told = [at(2), at(3), at(1)].map((time) => ({ kind: 'entitlementsChanged', time }) as const);
    const subscription = told.reduce(applySubscriptionEvent, newSubscription('s-1', 'p'));
    expect(subscription).toMatchObject({ state: 'pending', entitlementsChangedAt: at(3) });
  });

  it('remembers what its agreement renewed, and nothing of another agreement', () => {
    const subscription = aSubscription({ agreementId: 'agmt-2' });
    const renewed = { kind: 'agreementRenewed', previousAgreementId: 'agmt-1', time: at(2) } as const;
    expect(applySubscriptionEvent(subscription, { ...renewed, agreementId: 'agmt-2' })).toEqual({
      ...subscription,
      previousAgreementId: 'agmt-1',
    });
    expect(applySubscriptionEvent(subscription, { ...renewed, agreementId: 'agmt-3' })).toEqual(subscription);
  });
});
