import { afterEach, describe, expect, it } from 'vitest';
import { useFlow } from './a-running-stack';
import { NETTED_PRODUCT } from './products';

const MINUTE_MS = 60_000;
const included = (IntegerValue: number) => [{ dimension: 'events_included', value: { IntegerValue } }];

const running = useFlow();

afterEach(() => running.marketplace.clearFaults());

/** A buyer whose contract includes `count` events a month. */
const givenBuyer = (count: number) => running.givenBuyer(NETTED_PRODUCT, { entitlements: included(count) });

async function use(subscriptionId: string, quantity: number, overrides: object = {}): Promise<void> {
  const id = `${subscriptionId} ${running.clock.now()} ${JSON.stringify(overrides)} ${quantity}`;
  const answers = await running.report([{ id, subscriptionId, quantity, ...overrides }]);
  expect(answers).toMatchObject([{ status: 'accepted' }]);
  await running.settled();
}

describe('a contract with consumption', () => {
  it('sends AWS exactly the overage of a contract, and shows the seller what it covers', async () => {
    const { agreement, subscriptionId } = await givenBuyer(100);
    await use(subscriptionId, 60.5);
    await running.stack.runHour();
    expect(running.billed(agreement)).toEqual({});
    await use(subscriptionId, 60.5);
    await use(subscriptionId, 3, { dimension: 'storage' });
    await expect(running.application.ask(`/subscriptions/${subscriptionId}`)).resolves.toMatchObject({
      usage: {
        dimensions: expect.arrayContaining([
          expect.objectContaining({
            dimension: 'events',
            open: '60.5',
            month: '121',
            entitled: '100',
            contract: expect.objectContaining({
              entitlement: 'events_included',
              covered: '60.5',
              from: '2026-07-01T00',
              until: '2026-08-01T00',
            }),
          }),
        ]),
      },
      lastOutcomes: [expect.objectContaining({ state: 'covered', used: '60.5', covered: '60.5' })],
    });
    await running.stack.runHour();
    expect(running.billed(agreement)).toEqual({ events: '21', storage: '3' });
  });

  it('covers more usage from the hour of an extension on, and leaves earlier bills unchanged', async () => {
    const { agreement, subscriptionId } = await givenBuyer(10);
    await use(subscriptionId, 12);
    await running.stack.runHour();
    running.marketplace.changeEntitlements(agreement.agreementId, included(15));
    await running.settled();
    await use(subscriptionId, 8);
    await running.stack.runHour();
    expect(running.billed(agreement)).toEqual({ events: '5' });
  });

  it('holds usage of a contract while GetEntitlements fails, and then bills only the overage', async () => {
    const { agreement, subscriptionId } = await givenBuyer(5);
    running.marketplace.plantFault({ operation: 'GetEntitlements', kind: 'errorBeforeCommit', rate: 1 });
    await use(subscriptionId, 7);
    await running.stack.runHour();
    await running.stack.runHour();
    expect(running.billed(agreement)).toEqual({});
    running.marketplace.clearFaults();
    await running.stack.runHour();
    expect(running.billed(agreement)).toEqual({ events: '2' });
  });

  it('covers the last, unfinished hour of a contract although AWS no longer lists its entitlements', async () => {
    const { agreement, subscriptionId } = await givenBuyer(10);
    await use(subscriptionId, 14);
    running.clock.advance(10 * MINUTE_MS);
    running.marketplace.deprovision(agreement.agreementId);
    await running.settled();
    running.clock.advance(5 * MINUTE_MS);
    await running.stack.fire('CatchUp');
    await running.settled();
    expect(running.billed(agreement)).toEqual({ events: '4' });
    expect(running.ledgerOf(agreement)).toHaveLength(1);
  });
});
