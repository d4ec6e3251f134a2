import { describe, expect, it } from 'vitest';
import { endSubscription } from '../../lambdas/meter-usage/end-subscription';
import { TestWatch } from '../../lambdas/meter-usage/test-watch';
import type { TestAccount } from '../../lambdas/shared/contract/seller-configuration';
import { decimalText } from '../../lambdas/shared/domain/decimal';
import type { HourFields } from '../../lambdas/shared/domain/hourly-usage';
import { DynamoDbNotedTestStore } from '../../lambdas/shared/stores/noted-tests';
import { aProduct, PRODUCT_CODE } from '../builders/a-payer';
import { aUsageEvent, HOUR_MS, MINUTE_MS, NOON_MS } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';
import { givenPath } from './a-scripted-path';
import { ContractPath } from './contract-path';

const ID = aSubscriptionId(1);

function givenProduct(product = aProduct({ liveFrom: '2026-03-10T12:00Z' })) {
  const path = givenPath();
  path.products.set(product.productCode, product);
  return path;
}

const amounts = (path: ReturnType<typeof givenPath>) =>
  path.tables.hours.map(({ hour, state, record, withheldQuantity }: HourFields) => [
    hour.slice(11),
    state,
    record?.quantity,
    withheldQuantity && decimalText(withheldQuantity),
  ]);

/** Used in the last hour before noon, when the product goes live, or later. */
const used = (quantity: string, { minutes = -30 } = {}) =>
  aUsageEvent({ quantity, timeMs: NOON_MS + minutes * MINUTE_MS, receivedAtMs: NOON_MS });

describe('a product before it is live', () => {
  it('ends its usage as withheld, tells the application, and sends nothing', async () => {
    const path = givenProduct();
    await path.deliver(used('7'));
    await path.meter();
    expect(amounts(path)).toEqual([['11', 'withheld', undefined, '7']]);
    expect(path.tables.noticesOf('UsageWithheld')).toEqual([
      expect.objectContaining({ hour: '2026-03-10T11', reason: 'dryRun', quantity: '7', dimension: 'events' }),
    ]);
    expect(path.calls).toEqual([]);
    expect([path.tables.balances, path.tables.noticesOf('MeteringRejected')]).toEqual([[], []]);
    expect(path.counters.counts).toMatchObject({
      [`UnitsWithheld@${PRODUCT_CODE}:events`]: 7,
      'HoursSealed.withheld': 1,
    });
  });

  it('withholds late usage that landed in a live hour by its hour of use, and bills the rest', async () => {
    const path = givenProduct();
    await path.deliver(used('1'));
    await path.meter({ at: NOON_MS + 10 * MINUTE_MS });
    await path.deliver(used('7'), used('2.5', { minutes: 5 }));
    await path.meter();
    expect(amounts(path)).toEqual([
      ['11', 'withheld', undefined, '1'],
      ['12', 'billed', '2.5', '7'],
    ]);
    expect(path.tables.hours[1]?.withheldUse).toEqual(['2026-03-10T11']);
  });

  it('leaves the contract and the Balance to the usage that is billed', async () => {
    const path = new ContractPath({ liveFrom: '2026-03-10T12:00Z' });
    await path.check(NOON_MS + HOUR_MS, '100');
    await path.deliver(used('70.0000001'), used('60', { minutes: 5 }));
    await path.meter({ at: NOON_MS + HOUR_MS + 6 * MINUTE_MS });
    expect(path.endsOf()).toEqual({
      '2026-03-10T11': ['withheld', '0', '0', '0'],
      '2026-03-10T12': ['covered', '0', '60', '0'],
    });
    expect(path.carried).toBe('0');
  });

  it('sends no zero record for an hour of tests, and goes on with the first live one', async () => {
    const product = aProduct({ liveFrom: '2026-03-10T12:00Z' });
    const path = givenProduct({ ...product, dimensions: [{ apiName: 'events', unit: 'event', zeroRecords: true }] });
    await path.deliver(used('7', { minutes: -90 }));
    for (const hours of [0, 1, 2]) await path.meter({ at: NOON_MS + hours * HOUR_MS + 6 * MINUTE_MS });
    expect(amounts(path).slice(0, 3)).toEqual([
      ['10', 'withheld', undefined, '7'],
      ['11', 'carried', undefined, undefined],
      ['12', 'billed', '0', undefined],
    ]);
  });

  it('withholds its usage also when the subscription is over', async () => {
    const path = givenProduct(aProduct({ liveFrom: 'notYet' }));
    const endingAt = new Date(NOON_MS).toISOString();
    path.givenSubscription({ state: 'ending', endingAt });
    await path.deliver(used('7'));
    path.clock.set(NOON_MS + HOUR_MS);
    await endSubscription(ID, path.meterDeps());
    expect(amounts(path)).toEqual([['11', 'withheld', undefined, '7']]);
  });
});

describe('a test account', () => {
  it.each<[string, Partial<TestAccount>, string]>([
    ['is never metered', {}, 'withheld'],
    ['is metered from the hour in which it stops being one', { until: '2026-03-10T11:00Z' }, 'billed'],
    ['is metered until the hour in which it becomes one', { from: '2026-03-10T12:00Z' }, 'billed'],
  ])('%s', async (_name, span, state) => {
    const path = givenPath();
    const account = path.givenSubscription().customerAWSAccountId ?? '';
    path.testAccounts = [{ account, ...span }];
    await path.deliver(used('7'));
    await path.meter();
    expect(amounts(path).map(([, found]) => found)).toEqual([state]);
    expect(path.tables.noticesOf('UsageWithheld').map(({ reason }) => reason)).toEqual(
      state === 'withheld' ? ['testAccount'] : [],
    );
  });
});

describe('a test that ends without an hour', () => {
  const RUN_MS = NOON_MS + HOUR_MS + 6 * MINUTE_MS;
  const deploy = (path: ReturnType<typeof givenPath>, liveFrom?: string) =>
    path.products.set(PRODUCT_CODE, aProduct({ liveFrom }));

  it('lets usage of its product wait until the configuration names the hour, and bills only what is live', async () => {
    const path = givenProduct(aProduct({ liveFrom: 'notYet' }));
    await path.meter({ at: NOON_MS - 10 * MINUTE_MS });
    await path.deliver(used('7'), used('2.5', { minutes: 5 }));
    deploy(path);
    await path.meter({ at: RUN_MS });
    expect(amounts(path).map(([, state]) => state)).toEqual(['open', 'open']);
    expect(path.tables.hours).toMatchObject([{ held: 'testNeedsEnd' }, { held: 'testNeedsEnd' }]);
    expect(path.counters.counts).toMatchObject({ 'HoursWaiting.testNeedsEnd': 2 });
    deploy(path, '2026-03-10T12:00Z');
    await path.meter({ at: RUN_MS + 16 * MINUTE_MS });
    expect(amounts(path)).toEqual([
      ['11', 'withheld', undefined, '7'],
      ['12', 'billed', '2.5', undefined],
    ]);
  });

  it('lets usage of its account wait until the account is listed again', async () => {
    const path = givenPath();
    const account = path.givenSubscription().customerAWSAccountId ?? '';
    path.testAccounts = [{ account }];
    await path.meter({ at: NOON_MS - 10 * MINUTE_MS });
    await path.deliver(used('7'));
    path.testAccounts = [];
    await path.meter({ at: RUN_MS });
    expect([amounts(path), path.calls]).toEqual([[['11', 'open', undefined, undefined]], []]);
    path.testAccounts = [{ account, until: '2026-03-10T12:00Z' }];
    await path.meter({ at: RUN_MS + 16 * MINUTE_MS });
    expect(amounts(path)).toEqual([['11', 'withheld', undefined, '7']]);
  });

  it("lets usage wait past AWS's window, because what is carried would be billed later", async () => {
    const path = givenProduct(aProduct({ liveFrom: 'notYet' }));
    await path.meter({ at: NOON_MS - 10 * MINUTE_MS });
    await path.deliver(used('7'));
    deploy(path);
    for (const hours of [20, 24, 40]) await path.meter({ at: NOON_MS + hours * HOUR_MS });
    expect([amounts(path), path.carried]).toEqual([[['11', 'open', undefined, undefined]], '0']);
    deploy(path, '2026-03-10T12:00Z');
    await path.meter({ at: NOON_MS + 41 * HOUR_MS });
    expect([amounts(path), path.calls]).toEqual([[['11', 'withheld', undefined, '7']], []]);
  });

  it('sends nothing of it after the end of its subscription, and tells what expires', async () => {
    const path = givenProduct(aProduct({ liveFrom: 'notYet' }));
    await path.meter({ at: NOON_MS - 10 * MINUTE_MS });
    path.givenSubscription({ state: 'ending', endingAt: new Date(NOON_MS).toISOString() });
    await path.deliver(used('7'));
    deploy(path);
    for (const minutes of [10, 41, 61]) {
      path.clock.set(NOON_MS + minutes * MINUTE_MS);
      await endSubscription(ID, path.meterDeps());
    }
    expect([amounts(path), path.calls]).toEqual([[['11', 'expired', undefined, undefined]], []]);
    expect(path.tables.noticesOf('MeteringRejected')).toMatchObject([{ quantity: '7' }]);
  });

  it('uses up no contract of its subscription at the end, because it may be of the test', async () => {
    const path = new ContractPath({ liveFrom: 'notYet' });
    await path.meter({ at: NOON_MS - 10 * MINUTE_MS });
    const [contract] = path.products.values();
    if (contract === undefined) throw new Error('no product');
    path.products.set(contract.productCode, { ...contract, liveFrom: undefined });
    await path.deliver(used('7'));
    await path.check(NOON_MS, '100');
    path.givenSubscription({
      productCode: contract.productCode,
      state: 'ending',
      endingAt: new Date(NOON_MS).toISOString(),
    });
    for (const minutes of [10, 41, 61]) {
      path.clock.set(NOON_MS + minutes * MINUTE_MS);
      await endSubscription(ID, path.meterDeps());
    }
    expect(path.endsOf()).toEqual({ '2026-03-10T11': ['expired', '0', '0', '7'] });
  });

  it('lets hours wait while nobody knows what was a test', async () => {
    const path = givenPath();
    await path.deliver(used('7'));
    const fails = () => Promise.reject(new Error('DynamoDB is down'));
    await path.meter({ at: RUN_MS, tests: { note: fails, isEndMissing: fails } });
    expect(amounts(path)).toEqual([['11', 'open', undefined, undefined]]);
    await path.meter({ at: RUN_MS });
    expect(amounts(path)).toEqual([['11', 'billed', '7', undefined]]);
  });

  it('is told by nobody who could not note it, and is noted again for the next hour', async () => {
    const path = givenProduct(aProduct({ liveFrom: 'notYet' }));
    const store = new DynamoDbNotedTestStore(path.tables.database);
    const notes = [() => Promise.reject(new Error('DynamoDB is down')), store.note.bind(store)];
    const note = async (test: string, nowMs: number) => notes.shift()?.(test, nowMs);
    const watch = new TestWatch({ list: async () => store.list(), note }, path.meterDeps(), path.clock);
    await expect(watch.isEndMissing(path.givenSubscription())).rejects.toThrow('DynamoDB is down');
    await watch.isEndMissing(path.givenSubscription());
    expect(await store.list()).toEqual(new Set([`product#${PRODUCT_CODE}`]));
  });

  it('is noted once, and read once in a run', async () => {
    const path = givenProduct(aProduct({ liveFrom: 'notYet' }));
    const store = new DynamoDbNotedTestStore(path.tables.database);
    const calls: string[] = [];
    const list = async () => (calls.push('list'), store.list());
    const note = async (test: string, nowMs: number) => (calls.push(test), store.note(test, nowMs));
    for (let run = 1; run <= 2; run += 1) {
      const watch = new TestWatch({ list, note }, path.meterDeps(), path.clock);
      await Promise.all([watch.note(), watch.isEndMissing(path.givenSubscription())]);
    }
    expect(calls).toEqual(['list', `product#${PRODUCT_CODE}`, 'list']);
  });
});
