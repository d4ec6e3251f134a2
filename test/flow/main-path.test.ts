import { describe, expect, it } from 'vitest';
import { useFlow } from './a-running-stack';
import { LEGACY_PRODUCT, LICENSE_PRODUCT, MANY_DIMENSIONS } from './products';

const running = useFlow();

describe('from the buyer to the bill', () => {
  it('bills usage once, allocated to cost tags', async () => {
    const { agreement, subscriptionId } = await running.givenBuyer();
    const tags = { Department: 'legal' };
    const events = [
      { id: '1', subscriptionId, quantity: 3, tags },
      { id: '2', subscriptionId, quantity: '1.5', tags: { Project: 'x', ...tags } },
      { id: '3', subscriptionId, quantity: 2.75 },
      { id: '1', subscriptionId, quantity: 999 },
    ];
    expect((await running.report(events)).map(({ status }) => status)).toEqual([
      'accepted',
      'accepted',
      'accepted',
      'duplicate',
    ]);
    await running.stack.runHour();
    const [record, ...others] = running.ledgerOf(agreement);
    expect(others).toEqual([]);
    expect(record).toMatchObject({ form: 'license', quantity: '7.25', hour: '2026-07-14T09:00:00.000Z' });
    expect(record?.allocations.map(({ quantity }) => Number(quantity)).reduce((a, b) => a + b)).toBe(7.25);
    await running.report([{ id: '4', subscriptionId, quantity: '0.75' }]);
    await running.stack.runHour();
    expect(running.billed(agreement)).toEqual({ events: '8' });
  });

  it('bills an event sent a thousand times once', async () => {
    const { agreement, subscriptionId } = await running.givenBuyer();
    const same = Array.from({ length: 100 }, () => ({ id: 'again', subscriptionId, quantity: 4 }));
    const answers = (await Promise.all(Array.from({ length: 10 }, async () => running.report(same)))).flat();
    expect(answers.filter(({ status }) => status === 'accepted')).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 'duplicate')).toHaveLength(999);
    await running.stack.runHour();
    expect(running.billed(agreement)).toEqual({ events: '4' });
  });

  it('bills 260 dimensions in 11 calls', async () => {
    const { agreement, subscriptionId } = await running.givenBuyer();
    const before = running.marketplace.callStatistics('BatchMeterUsage').calls;
    await running.report(MANY_DIMENSIONS.map((dimension) => ({ id: dimension, subscriptionId, dimension })));
    await running.stack.runHour();
    expect(Object.keys(running.billed(agreement))).toHaveLength(260);
    const { calls, largestBatch } = running.marketplace.callStatistics('BatchMeterUsage');
    expect([calls - before, largestBatch]).toEqual([11, 25]);
  });

  it('carries over usage above the largest quantity that AWS accepts', async () => {
    const { agreement, subscriptionId } = await running.givenBuyer();
    await running.report([1, 2, 3, 4, 5].map((id) => ({ id: String(id), subscriptionId, quantity: 2_147_483_647 })));
    expect(await running.report([{ id: 'x', subscriptionId, quantity: 2_147_483_648 }])).toMatchObject([
      { status: 'rejected', reason: 'quantityTooLarge' },
    ]);
    for (let hour = 0; hour < 3; hour += 1) await running.stack.runHour();
    expect(running.billed(agreement)).toEqual({ events: '10737418235' });
  });

  it('bills an older product by customer identifier and product code', async () => {
    const { agreement, subscriptionId } = await running.givenBuyer(LEGACY_PRODUCT);
    await running.report([{ id: '1', subscriptionId, quantity: 6 }]);
    await running.stack.runHour();
    expect(running.ledgerOf(agreement)).toMatchObject([{ form: 'product', quantity: '6' }]);
  });

  it('holds usage that arrives before the activation, and bills it afterwards', async () => {
    const agreement = running.subscribe();
    const { accountId } = agreement;
    const { subscriptionId } = await running.givenBuyer(LICENSE_PRODUCT, {
      accountId,
      activationDelaySeconds: 3 * 3600,
    });
    expect(await running.report([{ id: '1', subscriptionId, quantity: 5 }])).toMatchObject([{ status: 'accepted' }]);
    await running.stack.runHour();
    expect(running.billed(agreement)).toEqual({});
    for (let hour = 0; hour < 4; hour += 1) {
      await running.stack.runHour();
      await running.settled();
    }
    expect(running.billed(agreement)).toEqual({ events: '5' });
  });

  it('bills every unit once through throttling, timeouts, unprocessed records and reordered answers', async () => {
    const { agreement, subscriptionId } = await running.givenBuyer();
    const { marketplace } = running;
    await running.report(
      MANY_DIMENSIONS.slice(0, 30).map((dimension, n) => ({
        id: dimension,
        subscriptionId,
        dimension,
        quantity: n + 1,
      })),
    );
    for (const kind of ['throttle', 'dropAfterCommit', 'unprocessed', 'reorder', 'errorAfterCommit'] as const) {
      marketplace.plantFault({ operation: 'BatchMeterUsage', kind, next: 1 });
    }
    await running.stack.runHour();
    await running.stack.fire('CatchUp');
    expect(running.billed(agreement)).toEqual(
      Object.fromEntries(MANY_DIMENSIONS.slice(0, 30).map((dimension, n) => [dimension, String(n + 1)])),
    );
  });

  it('refuses unsigned usage', async () => {
    const response = await fetch(`${running.stack.url}/usage`, { method: 'POST', body: '[]' });
    expect(response.status).toBe(403);
  });

  it('tells a buyer with a stale token what to do', async () => {
    const agreement = running.subscribe();
    const { token } = running.marketplace.issueToken(agreement.agreementId);
    running.clock.advance(5 * 3_600_000);
    const response = await running.buyerOf(agreement).postToken(token);
    expect(response.status).toBe(400);
    const page = await response.text();
    expect(page).toContain('Set up your account');
    expect(page).not.toContain(token);
  });
});
