import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SellerConfigurationInput } from '../../lambdas/shared/contract/seller-configuration';
import { RunningStack } from './a-running-stack';
import { Operator } from './operator';

const CONFIGURATION: SellerConfigurationInput = {
  products: [
    {
      productCode: 'ops-product',
      name: 'Ops',
      pricingModel: 'subscription',
      dimensions: [
        { apiName: 'events', unit: 'event' },
        { apiName: 'gigabytes', unit: 'GB' },
      ],
      allocationTagKeys: ['Department'],
    },
  ],
  support: { email: 'support@example.com' },
};

let running: RunningStack;
let operator: Operator;
let id: string;

/** A buyer who used 3.5 of events, on time and late, and whose gigabytes nobody could bill. */
beforeAll(async () => {
  running = await RunningStack.start({ now: '2026-07-14T09:20:00Z', configuration: CONFIGURATION });
  operator = new Operator(running, CONFIGURATION);
  const agreement = running.subscribe('ops-product');
  id = await running.register(agreement);
  await running.report([{ id: '1', subscriptionId: id, quantity: '2.5', tags: { Department: 'legal' } }]);
  await running.stack.runHour();
  await running.report([{ id: 'late', subscriptionId: id, quantity: 1, time: '2026-07-14T09:30:00Z' }]);
  await running.stack.runHour();
  running.marketplace.marketplace.suspendBuyer(agreement.accountId);
  await running.report([{ id: '2', subscriptionId: id, dimension: 'gigabytes', quantity: 4 }]);
  await running.stack.runHour();
}, 120_000);

afterAll(async () => {
  operator.leave();
  await running.stop();
});

describe('an operator who looks', () => {
  it('sees who has subscribed', async () => {
    const { exitCode, json } = await operator.ask('subscriptions', '--state', 'active');
    expect(exitCode).toBe(0);
    expect(json.subscriptions).toMatchObject([{ subscriptionId: id, productCode: 'ops-product', state: 'active' }]);
    expect((await operator.ask('subscriptions', '--state', 'ended')).json.subscriptions).toEqual([]);
    const { customerAWSAccountId } = json.subscriptions[0];
    const ofAccount = await operator.ask('subscriptions', '--account', customerAWSAccountId);
    expect(ofAccount.json.subscriptions).toEqual(json.subscriptions);
  });

  it('sees a subscription whole, and no personal data', async () => {
    const { json } = await operator.ask('subscription', id);
    expect(json).toMatchObject({
      subscription: { subscriptionId: id, licenseArn: expect.stringContaining('l-') },
      balances: [{ dimension: 'events', amount: '0.5' }],
      setAside: 0,
      lastOutcomes: [
        { dimension: 'gigabytes', state: 'sealed', lastAnswer: 'notSubscribed' },
        { hour: '2026-07-14T10', state: 'billed', quantity: 1 },
        { hour: '2026-07-14T09', state: 'billed', quantity: 2 },
      ],
    });
    const { output } = await operator.run('subscription', id);
    expect(output).toContain('Last outcomes');
    expect(output + JSON.stringify(json)).not.toMatch(/buyer@gmail|Bea Buyer/);
  });

  it('sees that every unit of every hour is in one term', async () => {
    const { exitCode, json } = await operator.ask('hours', id, '--month', '2026-07');
    expect(exitCode).toBe(0);
    expect(json.hours).toMatchObject([
      { hour: '2026-07-14T09', used: '2.5', carriedOut: '0.5', quantity: 2, state: 'billed' },
      { hour: '2026-07-14T10', used: '1', carriedIn: '0.5', carriedOut: '0.5', quantity: 1 },
      { hour: '2026-07-14T11', dimension: 'gigabytes', used: '4', state: 'sealed' },
    ]);
    expect(json.totals).toMatchObject([
      { dimension: 'events', used: '3.5', billed: '3', carried: '0.5', balance: '0.5', exact: true },
      { dimension: 'gigabytes', used: '4', sealed: '4', billed: '0', exact: true },
    ]);
    expect((await operator.ask('hours', id)).json.totals).toEqual(json.totals);
    expect((await operator.ask('hours', id, '--month', '2026-06')).json.hours).toEqual([]);
    expect((await operator.run('hours', id)).output).toContain('used = the sum');
  });

  it('is told why an hour was billed, and what came late', async () => {
    const { exitCode, json } = await operator.ask('explain', id, 'events', '2026-07-14T10');
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({
      record: { quantity: 1, dimension: 'events' },
      events: [{ key: '#late', quantity: '1', usedAt: '2026-07-14T09:30:00.000Z', walkedFrom: '2026-07-14T09' }],
      talliesFound: [{ events: [{ key: '#late', quantity: '1' }] }],
      problems: [],
    });
    const { output } = await operator.run('explain', id, 'events', '2026-07-14T09:00:00Z');
    expect(output).toContain('Department=legal');
  });

  it('finds what is stuck, with its reason', async () => {
    const { exitCode, json } = await operator.ask('stuck', '--older-than', '1');
    expect(json.hours).toEqual([]);
    expect(exitCode).toBe(0);
    running.clock.advance(50 * 60_000);
    const later = await operator.ask('stuck');
    expect(later.exitCode).toBe(1);
    expect(later.json).toMatchObject({
      hours: [{ subscriptionId: id, dimension: 'gigabytes', state: 'sealed', reason: 'notSubscribed' }],
      queues: [{ messages: 0 }, { messages: 0 }],
      failedBatches: [],
      endings: [],
    });
  });

  it('finds what was rejected', async () => {
    expect((await operator.ask('rejected')).exitCode).toBe(0);
    running.clock.advance(26 * 3_600_000);
    await running.stack.fire('CatchUp');
    const { exitCode, json } = await operator.ask('rejected');
    expect(exitCode).toBe(1);
    expect(json.hours).toMatchObject([
      { subscriptionId: id, dimension: 'gigabytes', state: 'rejected', units: '4', lastReason: 'notSubscribed' },
    ]);
    expect((await operator.ask('rejected', '--since', '2026-07-20')).json.hours).toEqual([]);
    expect((await operator.ask('rejected', '--scan')).json.hours).toEqual(json.hours);
  });

  it.each([
    [['hours', 's-unknown'], 1, 'has no subscription s-unknown'],
    [['hours', 'x', '--month', '2026-13'], 2, 'a month such as 2026-11'],
    [['explain', 'x', 'events', 'yesterday'], 2, 'an hour in UTC such as'],
    [['rejected', '--since', 'monday'], 2, 'a time with its zone'],
    [['subscriptions', '--account', '12'], 2, 'twelve digits'],
    [['explode'], 2, 'unknown command'],
  ])('answers %j with exit code %d and a sentence', async (args, exitCode, sentence) => {
    const answer = await operator.run(...args);
    expect(answer.exitCode).toBe(exitCode);
    expect(answer.errors).toContain(sentence);
    expect(answer.output + answer.errors).not.toMatch(/ {4}at /);
  });
});
