import { beforeEach, describe, expect, it } from 'vitest';
import { endSubscription } from '../../lambdas/meter-usage/end-subscription';
import { runMetering } from '../../lambdas/meter-usage/run-metering';
import { decimal } from '../../lambdas/shared/domain/decimal';
import type { HoldScope } from '../../lambdas/shared/domain/hold';
import { hourOf } from '../../lambdas/shared/domain/hour';
import { DynamoDbHeldHours } from '../../lambdas/shared/stores/held-hours';
import { DynamoDbHoldStore } from '../../lambdas/shared/stores/holds';
import { letGoHeld } from '../../ops/hold/let-go-held';
import { aProduct, PRODUCT_CODE } from '../builders/a-payer';
import { aUsageEvent, HOUR_MS, MINUTE_MS, NOON_MS } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';
import { givenPath } from './a-scripted-path';

const ID = aSubscriptionId(1);
const PRODUCT: HoldScope = { of: 'product', id: PRODUCT_CODE };
const HOUR_KEY = { subscriptionId: ID, dimension: 'events', hour: hourOf(NOON_MS) };
/** In the first run after 13:00. */
const SEALING_MS = NOON_MS + HOUR_MS + 6 * MINUTE_MS;

let path: ReturnType<typeof givenPath>;
let holds: DynamoDbHoldStore;

beforeEach(() => {
  path = givenPath();
  holds = new DynamoDbHoldStore(path.tables.database);
});

const decided = () => ({ by: 'sam', atMs: path.clock.now(), reason: 'wrongQuantity' as const });
const hold = (scope = PRODUCT) => holds.hold({ ...scope, ...decided() });
const held = () => path.tables.hours.map((hour) => ('held' in hour ? hour.held : undefined));

describe('usage that the operator holds back', () => {
  it.each<[string, HoldScope]>([
    ['its product', PRODUCT],
    ['its subscription', { of: 'subscription', id: ID }],
    ['its dimension', { ...PRODUCT, dimension: 'events' }],
  ])('stays open while %s is on hold, says why, and is billed after the release', async (_name, scope) => {
    await path.deliver(aUsageEvent({ quantity: '7' }));
    await hold(scope);
    await path.meter({ at: SEALING_MS });
    expect([path.hours, held(), path.calls]).toEqual([{ [HOUR_KEY.hour]: ['open', undefined] }, ['onHold'], []]);
    expect(path.counters.counts).toMatchObject({ 'HoursWaiting.onHold': 1 });
    await holds.release(scope, decided());
    await path.meter({ at: SEALING_MS + 16 * MINUTE_MS });
    expect([path.hours, held()]).toEqual([{ [HOUR_KEY.hour]: ['billed', '7'] }, [undefined]]);
  });

  it('is sent with the next run after the release, if no other hold covers it', async () => {
    await path.deliver(aUsageEvent({ quantity: '7' }));
    const scopes: HoldScope[] = [PRODUCT, { of: 'subscription', id: ID }];
    for (const scope of scopes) await hold(scope);
    await path.meter({ at: SEALING_MS });
    const heldHours = new DynamoDbHeldHours(path.tables.database);
    const deps = {
      holds,
      hourlyUsage: path.hourlyUsage,
      heldHours,
      subscriptions: path.subscriptions,
      clock: path.clock,
    };
    const letGo: number[] = [];
    for (const scope of scopes) {
      await holds.release(scope, decided());
      letGo.push(await letGoHeld(scope, deps));
    }
    expect(letGo).toEqual([0, 1]);
    expect(await letGoHeld(PRODUCT, deps)).toBe(0);
    await path.meter({ at: SEALING_MS + 5 * MINUTE_MS });
    expect(path.hours).toEqual({ [HOUR_KEY.hour]: ['billed', '7'] });
  });

  it('costs a look every quarter of an hour', async () => {
    await path.deliver(aUsageEvent());
    await hold();
    for (const minutes of [0, 5, 10]) await path.meter({ at: SEALING_MS + minutes * MINUTE_MS });
    expect(path.counters.counts).toMatchObject({ 'HoursWaiting.onHold': 1 });
  });

  it('does not leave in a call that starts more than half a minute after the hold', async () => {
    await path.deliver(aUsageEvent());
    const deps = path.meterDeps();
    // The run knows the holds, and then waits for its turn.
    await deps.holds.covers({ subscriptionId: ID, dimension: 'events', productCode: PRODUCT_CODE });
    const takeSlot = async () => {
      await hold();
      return SEALING_MS + 31_000;
    };
    await path.meter({ at: SEALING_MS, holds: deps.holds, meteringQuota: { takeSlot } });
    expect(path.calls).toEqual([]);
    expect(path.tables.hours).toMatchObject([{ state: 'sealed', sends: 1, answers: 1, lastAnswer: 'unprocessed' }]);
    await path.meter({ at: SEALING_MS + 5 * MINUTE_MS });
    expect([path.calls, held()]).toEqual([[], ['onHold']]);
  });

  it('goes on being sent when AWS has not answered: waiting could lose the answer', async () => {
    const lost = { outcome: 'ambiguous', reason: 'timeout' } as const;
    path = givenPath(lost, lost, lost);
    await path.deliver(aUsageEvent());
    await path.meter({ at: SEALING_MS, deadlineMs: SEALING_MS + 1 });
    expect(path.tables.hours).toMatchObject([{ state: 'sealed', sends: 1, answers: 0 }]);
    const before = path.calls.length;
    await new DynamoDbHoldStore(path.tables.database).hold({ ...PRODUCT, ...decided() });
    await path.meter({ at: SEALING_MS + 5 * MINUTE_MS });
    expect(path.calls.length).toBeGreaterThan(before);
  });

  it("is carried when AWS's window comes near, and a later hour waits in its place", async () => {
    await path.deliver(aUsageEvent({ quantity: '7' }));
    await hold();
    await path.meter({ at: NOON_MS + 19 * HOUR_MS });
    expect(path.hours[HOUR_KEY.hour]).toEqual(['open', undefined]);
    await path.meter({ at: NOON_MS + 20 * HOUR_MS });
    expect(path.hours[HOUR_KEY.hour]).toEqual(['carried', undefined]);
    await path.meter({ at: NOON_MS + 22 * HOUR_MS });
    expect([path.calls, path.carried]).toEqual([[], '7']);
    await holds.release(PRODUCT, decided());
    await path.meter({ at: NOON_MS + 23 * HOUR_MS });
    expect(Object.values(path.hours)).toEqual([
      ['carried', undefined],
      ['billed', '7'],
    ]);
  });

  it.each([
    ['carry', 'carried'],
    ['send', 'billed'],
  ] as const)('waits until then when it is sealed already, too (%s)', async (heldUsage, state) => {
    await path.deliver(aUsageEvent({ quantity: '7' }));
    await path.sealOnly();
    await hold();
    const holdRules = { holdUntilHours: 4, heldUsage };
    await path.meter({ at: NOON_MS + 20 * HOUR_MS - 1, holdRules });
    expect([path.hours[HOUR_KEY.hour], path.calls]).toEqual([['sealed', '7'], []]);
    await path.meter({ at: NOON_MS + 20 * HOUR_MS, holdRules });
    expect(path.hours[HOUR_KEY.hour]).toEqual([state, '7']);
  });

  it('is sent then, if the seller wants that', async () => {
    await path.deliver(aUsageEvent({ quantity: '7' }));
    await hold();
    const holdRules = { holdUntilHours: 4, heldUsage: 'send' as const };
    await path.meter({ at: NOON_MS + 20 * HOUR_MS, holdRules });
    expect(path.hours[HOUR_KEY.hour]).toEqual(['billed', '7']);
  });

  it('is sent before the grace after the end of its subscription is over', async () => {
    path.givenSubscription({ state: 'ending', endingAt: new Date(NOON_MS + 30 * MINUTE_MS).toISOString() });
    await path.deliver(aUsageEvent({ quantity: '7' }));
    await hold();
    const pass = async (minutes: number) => {
      path.clock.set(NOON_MS + minutes * MINUTE_MS);
      await endSubscription(ID, path.meterDeps());
      return path.hours[HOUR_KEY.hour];
    };
    expect(await pass(31)).toEqual(['open', undefined]);
    expect(await pass(65)).toEqual(['open', undefined]);
    expect(await pass(71)).toEqual(['billed', '7']);
  });

  it('waits when the holds cannot be read, which the run tries again for the next hour', async () => {
    await path.deliver(aUsageEvent());
    await hold();
    const deps = path.meterDeps();
    path.tables.before = async ({ input }) => {
      if (JSON.stringify(input).includes('"holds"')) throw new Error('DynamoDB is down');
    };
    await path.meter({ at: SEALING_MS, holds: deps.holds });
    expect([path.hours, path.calls]).toEqual([{ [HOUR_KEY.hour]: ['open', undefined] }, []]);
    path.tables.before = async () => undefined;
    expect(await deps.holds.covers({ ...HOUR_KEY, productCode: PRODUCT_CODE })).toBe(true);
  });

  it('is remembered with who decided it, when and why', async () => {
    expect(await hold()).toBe(true);
    expect(await hold()).toBe(false);
    expect(await holds.list()).toEqual([{ ...PRODUCT, by: 'sam', atMs: NOON_MS, reason: 'wrongQuantity' }]);
    path.clock.set(NOON_MS + 1);
    const released = { by: 'kim', atMs: NOON_MS + 1, reason: 'corrected', ticket: 'OPS-7' } as const;
    expect(await holds.release(PRODUCT, released)).toBe(true);
    expect(await holds.release(PRODUCT, released)).toBe(false);
    expect(await holds.list()).toEqual([]);
    expect(await hold()).toBe(true);
    expect((await holds.log()).map(({ done, by, ticket }) => [done, by, ticket])).toEqual([
      ['release', 'kim', 'OPS-7'],
      ['hold', 'sam', undefined],
      ['hold', 'sam', undefined],
    ]);
  });
});

describe('an hour above the maximum of its dimension', () => {
  beforeEach(() => {
    const product = aProduct({ dimensions: [{ apiName: 'events', unit: 'event', maxPerHour: '10' }] });
    path.products.set(product.productCode, product);
  });

  const told = () => path.tables.noticesOf('UsageHeld').map(({ quantity }) => quantity);
  const letGo = (quantity: string) =>
    new DynamoDbHeldHours(path.tables.database).release(HOUR_KEY, decimal(quantity), decided());

  it('waits, is told once and counted after each run, and is billed after its release', async () => {
    path.givenSubscription({ version: 4, agreementId: 'agmt-1' });
    await path.deliver(aUsageEvent({ quantity: '10.5' }));
    for (const minutes of [0, 16]) {
      path.clock.set(SEALING_MS + minutes * MINUTE_MS);
      await runMetering(path.meterDeps());
    }
    expect([path.hours, held(), told()]).toEqual([
      { [HOUR_KEY.hour]: ['open', undefined] },
      ['aboveMaximum'],
      ['10.5'],
    ]);
    expect(path.tables.noticesOf('UsageHeld')).toMatchObject([
      {
        maxPerHour: '10',
        waitsUntil: new Date(NOON_MS + 20 * HOUR_MS).toISOString(),
        subscriptionVersion: 4,
        agreementId: 'agmt-1',
      },
    ]);
    expect(path.counters.counts).toMatchObject({ HoursAboveMaximum: 2, 'HoursWaiting.aboveMaximum': 2 });
    expect(await letGo('10.5')).toBe(true);
    await path.meter({ at: SEALING_MS + 17 * MINUTE_MS });
    expect(path.hours).toEqual({ [HOUR_KEY.hour]: ['billed', '10.5'] });
    expect(await letGo('10.5')).toBe(false);
    expect(await holds.log()).toMatchObject([{ done: 'release', quantity: '10.5', by: 'sam' }]);
  });

  it('is held again when it has grown since its release', async () => {
    await path.deliver(aUsageEvent({ quantity: '11' }));
    await path.meter({ at: SEALING_MS });
    await letGo('11');
    await path.deliver(aUsageEvent({ quantity: '2' }));
    await path.meter({ at: SEALING_MS + 16 * MINUTE_MS });
    expect([path.hours, told()]).toEqual([{ [HOUR_KEY.hour]: ['open', undefined] }, ['11', '13']]);
    await letGo('13');
    await path.meter({ at: SEALING_MS + 32 * MINUTE_MS });
    expect(path.hours).toEqual({ [HOUR_KEY.hour]: ['billed', '13'] });
  });

  it('is billed when it is exactly the maximum', async () => {
    await path.deliver(aUsageEvent({ quantity: '10' }));
    await path.meter({ at: SEALING_MS });
    expect(path.hours).toEqual({ [HOUR_KEY.hour]: ['billed', '10'] });
  });

  it("is carried when AWS's window comes near, and waits again in a later hour", async () => {
    await path.deliver(aUsageEvent({ quantity: '11' }));
    await path.meter({ at: NOON_MS + 20 * HOUR_MS - 5 * MINUTE_MS });
    await path.meter({ at: NOON_MS + 20 * HOUR_MS });
    expect(path.hours).toMatchObject({ [HOUR_KEY.hour]: ['carried', undefined] });
    await path.meter({ at: NOON_MS + 22 * HOUR_MS });
    expect(Object.values(path.hours)).toEqual([
      ['carried', undefined],
      ['open', undefined],
    ]);
    // Each of the two hours is told.
    expect([path.calls, told(), path.carried]).toEqual([[], ['11', '11'], '11']);
  });
});
