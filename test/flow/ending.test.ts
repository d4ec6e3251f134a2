import { afterAll, describe, expect, it } from 'vitest';
import { putUsage, usageItem } from '../../proofs/actors/put-usage';
import { useFlow } from './a-running-stack';
import { Operator } from './operator';
import { LEGACY_PRODUCT } from './products';

const MINUTE_MS = 60_000;

const running = useFlow();
const operator = new Operator(running);

afterAll(() => operator.leave());

describe('a customer who comes back', () => {
  it('is billed for both periods, and the seller is told of usage between them', async () => {
    const agreement = running.subscribe(LEGACY_PRODUCT);
    const subscriptionId = await running.register(agreement);
    await running.report([{ id: 'before', subscriptionId, quantity: 4 }]);
    running.marketplace.endAgreement(agreement.agreementId);
    await running.settled();
    await running.passQuarters(16);
    running.subscribe(LEGACY_PRODUCT, { accountId: agreement.accountId });
    await running.settled();
    // It is 13:20. The customer was away from 9:20 on.
    const between = '2026-07-14T11:30:00Z';
    expect(await running.report([{ id: 'between', subscriptionId, quantity: 7, time: between }])).toMatchObject([
      { status: 'rejected', reason: 'notSubscribedThen' },
    ]);
    // An application that puts items itself is not asked for the periods.
    const put = { subscriptionId, id: 'put', dimension: 'events', quantity: '7', timeMs: Date.parse(between) };
    await putUsage(running.usageEvents, usageItem(put, running.clock.now()));
    await running.report([{ id: 'after', subscriptionId, quantity: 5 }]);
    await running.passQuarters(6);
    expect(running.billed(agreement)).toEqual({ events: '9' });
    const own = running.notices().filter((notice) => notice.subscriptionId === subscriptionId);
    expect(own.filter(({ kind }) => kind === 'SubscriptionActivated')).toMatchObject([
      { activatedAt: expect.stringContaining('2026-07-14T09:20:') },
      { activatedAt: expect.stringContaining('2026-07-14T13:20:') },
    ]);
    expect(own.filter(({ kind }) => kind === 'MeteringRejected')).toMatchObject([
      { outcome: 'rejected', reason: 'notSubscribedThen', quantity: '7', hour: '2026-07-14T11' },
    ]);
    const { json } = await operator.ask('explain', subscriptionId, 'events', '2026-07-14T11');
    expect(json).toMatchObject({
      state: 'rejected',
      rejectedQuantity: '7',
      events: [{ key: '#put', notBilled: 'notSubscribedThen' }],
      problems: [],
    });
    const { output } = await operator.run('rejected', '--since', '2026-07-14T00:00:00Z');
    expect(output).toContain('notSubscribedThen');
  });
});

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
    // The two events are 31 seconds apart, as captured.
    running.marketplace.endAgreement(agreement.agreementId, { deprovisionAfterSeconds: 31 });
    const endedAtMs = running.clock.now();
    await running.settled();
    expect(running.billed(agreement)).toEqual({ events: '4' });
    for (let seconds = 1; running.billed(agreement).events === '4' && seconds < 400; seconds += 5) {
      running.clock.advance(5000);
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
