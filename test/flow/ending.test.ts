import { describe, expect, it } from '@jest/globals';
import { useFlow } from './a-running-stack';

const MINUTE_MS = 60_000;

const running = useFlow();

describe('the end of a subscription', () => {
  it('bills the unfinished hour of a buyer who cancels, within the hour that AWS allows', async () => {
    const { agreement, subscriptionId } = await running.givenBuyer();
    await running.report([{ id: '1', subscriptionId, quantity: 4 }]);
    await running.stack.runHour();
    await running.report([{ id: '2', subscriptionId, quantity: 7 }]);
    running.clock.advance(20 * MINUTE_MS);
    running.marketplace.deprovision(agreement.agreementId);
    await running.settled();
    expect(await running.report([{ id: '3', subscriptionId }])).toMatchObject([
      { status: 'rejected', reason: 'subscriptionEnding' },
    ]);
    expect(running.billed(agreement)).toEqual({ events: '4' });
    running.clock.advance(5 * MINUTE_MS);
    await running.stack.fire('CatchUp');
    expect(running.billed(agreement)).toEqual({ events: '11' });
    running.clock.advance(60 * MINUTE_MS);
    await running.stack.fire('CatchUp');
    await running.settled();
    const own = running.notices().filter((notice) => notice.subscriptionId === subscriptionId);
    expect(own.map(({ kind }) => kind)).toEqual([
      'SubscriptionActivated',
      'RegistrationCompleted',
      'SubscriptionEnding',
      'SubscriptionEnded',
    ]);
  });
});

describe('the unfinished hour of a buyer who cancels', () => {
  it('is sent within the batching window and 90 seconds, without the schedule, though two events end it', async () => {
    const { agreement, subscriptionId } = await running.givenBuyer();
    await running.report([{ id: '1', subscriptionId, quantity: 4 }]);
    running.clock.advance(60 * MINUTE_MS);
    await running.report([{ id: '2', subscriptionId, quantity: 7 }]);
    await running.settled();
    // The two events are 31 seconds apart, as captured.
    running.marketplace.endAgreement(agreement.agreementId, { deprovisionAfterSeconds: 31 });
    const endedAtMs = running.clock.now();
    await running.settled();
    expect(running.billed(agreement)).toEqual({ events: '4' });
    for (let seconds = 1; running.billed(agreement).events === '4' && seconds < 400; seconds += 1) {
      running.clock.advance(1000);
      await running.settled();
    }
    expect(running.billed(agreement)).toEqual({ events: '11' });
    expect(running.clock.now() - endedAtMs).toBeLessThanOrEqual((60 + 90) * 1000);
  });
});

describe('events of a subscription', () => {
  it('publishes each notice once although events arrive twice, out of order and in every documented shape', async () => {
    const { marketplace } = running;
    marketplace.setDelivery({ duplicate: 1, reorder: 1 });
    marketplace.setEventLicenseArn('inTurn');
    const first = running.subscribe();
    const renewed = marketplace.renew(first.agreementId);
    const subscriptionId = await running.register(renewed);
    marketplace.renew(renewed.agreementId, { as: 'REPLACED' });
    marketplace.releaseEvents();
    await running.settled();
    expect(await running.report([{ id: '1', subscriptionId }])).toMatchObject([{ status: 'accepted' }]);
    const last = marketplace.agreements().findLast(({ status }) => status === 'ACTIVE');
    marketplace.endAgreement(last?.agreementId ?? '', { deprovisionAfterSeconds: 30 });
    running.clock.advance(MINUTE_MS);
    marketplace.releaseEvents();
    await running.settled();
    const own = running.notices().filter((notice) => notice.subscriptionId === subscriptionId);
    const kinds = own.map(({ kind }) => kind).filter((kind) => kind !== 'RegistrationCompleted');
    const told = ['SubscriptionActivated', 'RenewalAnnounced', 'RenewalAnnounced', 'SubscriptionEnding'];
    expect(kinds.sort()).toEqual(told.sort());
  });
});
