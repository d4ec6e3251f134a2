import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { NoticeValidator } from '../contract/notice-validator';
import { givenAgreement } from './an-agreement-path';

const ANNOUNCED = [
  ['spendThresholdReached', 'PaymentRiskAnnounced', 'spendThresholdReached', 1],
  ['spendThresholdVetSucceeded', 'PaymentRiskAnnounced', 'spendThresholdVetSucceeded', 0],
  ['spendThresholdVetFailed', 'PaymentRiskAnnounced', 'spendThresholdVetFailed', 1],
  ['advisoryIssued', 'PaymentRiskAnnounced', 'advisoryIssued', 1],
  ['advisoryResolved', 'PaymentRiskAnnounced', 'advisoryResolved', 0],
  ['ending', 'RenewalAnnounced', 'ending', 0],
  ['renewalUpcoming', 'RenewalAnnounced', 'renewalUpcoming', 0],
  ['cancellationRequested', 'CancellationAnnounced', 'requested', 0],
  ['cancellationApproved', 'CancellationAnnounced', 'approved', 0],
  ['cancellationRejected', 'CancellationAnnounced', 'rejected', 0],
  ['cancellationWithdrawn', 'CancellationAnnounced', 'withdrawn', 0],
] as const;

describe('what AWS announces about an agreement', () => {
  it.each(ANNOUNCED)(
    'tells %s as %s (%s), once, and counts %i payment risks',
    async (...[kind, notice, announced, risks]) => {
      const { marketplace, agreement, tables, take, published, counters } = givenAgreement();
      for (const event of published()) await take(event);
      marketplace.announce(agreement.agreementId, kind);
      const [event] = published();
      if (event === undefined) throw new Error('Nothing was published.');
      await expect(take(event)).resolves.toBe('applied');
      await expect(take(event)).resolves.toBe('unchanged');
      await expect(take({ ...event, id: 'published-again' })).resolves.toBe('unchanged');
      const [subscription] = tables.subscriptions;
      expect(tables.noticesOf(notice)).toMatchObject([
        {
          announced,
          agreementId: agreement.agreementId,
          announcedAt: '2026-11-02T10:00:00.000Z',
          subscriptionId: subscription?.subscriptionId,
          customerAWSAccountId: agreement.accountId,
          subscriptionVersion: subscription?.version,
        },
      ]);
      expect(counters.counts.PaymentRisks).toBe(risks);
      const problems = tables.notices.map((each) => new NoticeValidator().problemOf(JSON.parse(JSON.stringify(each))));
      expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
    },
  );

  it('tells when the agreement ends and whether AWS will renew it', async () => {
    const { marketplace, agreement, tables, take, published } = givenAgreement();
    marketplace.announce(agreement.agreementId, 'ending');
    for (const event of published()) await take(event);
    const endsAt = new Date(agreement.endsAtMs ?? NaN).toISOString();
    expect(tables.noticesOf('RenewalAnnounced')).toMatchObject([{ endsAt, autoRenewal: true }]);
  });

  it('tells which cancellation request it is, and why', async () => {
    const { marketplace, agreement, tables, take, published } = givenAgreement();
    marketplace.announce(agreement.agreementId, 'cancellationRequested');
    for (const event of published()) await take(event);
    const request = { requestId: expect.stringMatching(/^acr-/), reasonCode: 'INCORRECT_TERMS_ACCEPTED' };
    expect(tables.noticesOf('CancellationAnnounced')).toMatchObject([request]);
  });

  it('waits for a licence that nobody knows yet, and is told when the buyer registers', async () => {
    const { marketplace, agreement, tables, register, take, published, counters } = givenAgreement();
    published();
    marketplace.announce(agreement.agreementId, 'advisoryIssued');
    for (const event of published()) await expect(take(event)).resolves.toBe('waiting');
    expect([tables.notices, counters.counts.PaymentRisks]).toEqual([[], 1]);
    for (let times = 0; times < 2; times += 1) expect((await register()).statusCode).toBe(303);
    expect(tables.noticesOf('PaymentRiskAnnounced')).toMatchObject([{ announced: 'advisoryIssued' }]);
  });

  it('waits for the event of its licence, and is told again to a run that follows one which was cut off', async () => {
    const { marketplace, agreement, tables, take, published } = givenAgreement();
    const events = published();
    marketplace.announce(agreement.agreementId, 'advisoryIssued');
    for (const event of published()) await take(event);
    let isDown = true;
    tables.before = async ({ input }) => {
      if (isDown && JSON.stringify(input).includes('PaymentRiskAnnounced')) throw new Error('cut off');
    };
    const [created, ...others] = events.toSorted((a) => (a['detail-type'].startsWith('License') ? -1 : 1));
    if (created === undefined) throw new Error('Nothing was published.');
    await expect(take(created)).rejects.toThrow('cut off');
    isDown = false;
    for (const event of [created, ...others]) await take(event);
    expect(tables.noticesOf('PaymentRiskAnnounced')).toMatchObject([{ announced: 'advisoryIssued' }]);
  });

  it('is told once in any order with the events of the licence and the registration', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), async (s, order) => {
        const { marketplace, agreement, tables, register, take, published } = givenAgreement();
        marketplace.announce(agreement.agreementId, 'spendThresholdReached');
        const events = published();
        tables.before = () => s.schedule(Promise.resolve());
        const steps = [...events.map((event) => () => take(event)), register];
        await s.waitFor(Promise.all(order.map((index) => steps[index]?.())));
        expect(tables.noticesOf('PaymentRiskAnnounced')).toHaveLength(1);
        expect(tables.subscriptions).toMatchObject([{ agreementId: agreement.agreementId, state: 'active' }]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('an event that names another account than ResolveCustomer', () => {
  it('gives way to it in either order, and raises an alarm', async () => {
    const results = [];
    for (const registersFirst of [true, false]) {
      const { agreement, tables, register, take, published, counters } = givenAgreement();
      const events = published().map((event) => ({
        ...event,
        detail: { ...event.detail, acceptor: { accountId: '999988887777' } },
      }));
      if (registersFirst) expect((await register()).statusCode).toBe(303);
      for (const event of events) await take(event);
      if (!registersFirst) expect((await register()).statusCode).toBe(303);
      const { LicenseEventsOfOtherAccount = 0, RegistrationsOfOtherAccount = 0 } = counters.counts;
      expect(LicenseEventsOfOtherAccount + RegistrationsOfOtherAccount).toBe(1);
      expect(tables.subscriptions).toMatchObject([{ customerAWSAccountId: agreement.accountId, state: 'active' }]);
      results.push(tables.subscriptions.map(({ version: _, ...subscription }) => subscription));
    }
    expect(results[0]).toEqual(results[1]);
  });
});

describe('the agreement of a subscription', () => {
  it('is known from the registration, before any event, and stands in the notices', async () => {
    const { agreement, tables, register, take, published } = givenAgreement();
    await register();
    expect(tables.subscriptions).toMatchObject([{ state: 'pending', agreementId: agreement.agreementId }]);
    for (const event of published()) await take(event);
    const { agreementId } = agreement;
    expect(tables.noticesOf('SubscriptionActivated')).toMatchObject([{ agreementId }]);
  });

  it('ends a subscription whose licence event has not come, because the registration named it', async () => {
    const { marketplace, agreement, tables, register, take, published } = givenAgreement();
    await register();
    published();
    marketplace.endAgreement(agreement.agreementId);
    for (const event of published()) await take(event);
    expect(tables.subscriptions).toMatchObject([{ state: 'ending', stateReason: 'agreementEnded' }]);
  });

  it('brings every event of it that waited to the registration', async () => {
    const { marketplace, agreement, tables, register, take, published } = givenAgreement();
    published();
    marketplace.announce(agreement.agreementId, 'cancellationRequested');
    marketplace.announce(agreement.agreementId, 'advisoryIssued');
    for (const event of published()) await expect(take(event)).resolves.toBe('waiting');
    await register();
    expect(tables.noticesOf('CancellationAnnounced')).toHaveLength(1);
    expect(tables.noticesOf('PaymentRiskAnnounced')).toHaveLength(1);
  });

  it('is known of a customer of an older product', async () => {
    const { marketplace, agreement, tables, register, take, published } = givenAgreement({ older: true });
    await register();
    published();
    marketplace.announce(agreement.agreementId, 'spendThresholdReached');
    for (const event of published()) await take(event);
    expect(tables.subscriptions).toMatchObject([{ agreementId: agreement.agreementId, state: 'active' }]);
    expect(tables.noticesOf('PaymentRiskAnnounced')).toHaveLength(1);
  });

  it('is named by events, not by a registration, once an event has named one', async () => {
    const { marketplace, agreement, tables, register, take, published } = givenAgreement();
    const renewed = marketplace.renew(agreement.agreementId);
    for (const event of published()) await take(event);
    await register({ agreementId: renewed.agreementId });
    const { agreementId } = renewed;
    expect(tables.subscriptions).toMatchObject([{ agreementId, previousAgreementId: agreement.agreementId }]);
  });

  it('is linked to the one before by an event that comes while the licence moves to its new agreement', async () => {
    const { marketplace, agreement, tables, take, published } = givenAgreement();
    for (const event of published()) await take(event);
    const { agreementId } = marketplace.renew(agreement.agreementId);
    const second = published();
    const named = (name: string) => second.filter((event) => event['detail-type'].startsWith(name));
    let created = named('Purchase Agreement Created');
    // The licence's run has read the events of its new agreement, and is about to save.
    tables.before = async (command) => {
      if (!(command instanceof TransactWriteCommand)) return;
      const [event] = created;
      created = [];
      if (event !== undefined) await take(event);
    };
    for (const event of named('License Updated')) await take(event);
    expect(tables.subscriptions).toMatchObject([{ agreementId, previousAgreementId: agreement.agreementId }]);
  });

  it.each([
    ['with the same licence', false, 1],
    ['with a new licence', true, 2],
  ])('is linked to the one before by a renewal %s, in any order of events', async (_how, newLicense, count) => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.boolean(), async (s, registers) => {
        const { marketplace, agreement, tables, register, take, published } = givenAgreement();
        const first = published();
        const { agreementId } = marketplace.renew(agreement.agreementId, { newLicense });
        // A licence that is renewed without a change of its own keeps the time of its event.
        const second = published();
        for (const event of first) await take(event);
        tables.before = () => s.schedule(Promise.resolve());
        const others = registers ? [register({ agreementId })] : [];
        await s.waitFor(Promise.all([...others, ...second.map(take)]));
        const previousAgreementId = agreement.agreementId;
        const current = tables.subscriptions.filter((each) => each.agreementId === agreementId);
        expect(tables.subscriptions).toHaveLength(count);
        expect(current).toMatchObject([{ state: 'active', previousAgreementId }]);
        const [{ subscriptionId } = { subscriptionId: '' }] = current;
        const told = { announced: 'renewed', agreementId, previousAgreementId, subscriptionId };
        expect(tables.noticesOf('RenewalAnnounced')).toMatchObject([told]);
      }),
      { numRuns: 100 },
    );
  });
});
