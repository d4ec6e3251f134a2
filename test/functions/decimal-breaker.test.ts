import { beforeEach, describe, expect, it } from 'vitest';
import { measureUnbilled } from '../../lambdas/meter-usage/measure-unbilled';
import { PROBE_CLAIM_MS } from '../../lambdas/shared/domain/decimal-trial';
import { PRODUCT_CODE } from '../builders/a-payer';
import { HOUR_MS, MINUTE_MS } from '../builders/a-usage-event';
import { aDecimalPath, afterHour } from './a-decimal-path';

const DECIMAL = ['events', 'compute_hours', 'd1', 'd2', 'd3'];

let path: ReturnType<typeof aDecimalPath>;

beforeEach(() => {
  path = aDecimalPath();
});

const statesOf = () => path.tables.hours.map(({ state }) => state).sort();
const fails = (kind: 'dropAfterCommit' | 'throttle', next: number) =>
  path.marketplace.plantFault({ kind, operation: 'BatchMeterUsage', next });

describe('a product whose decimals are not proven', () => {
  it('sends one record alone, and the others together once AWS has repeated its quantity', async () => {
    await path.use('1.5', { of: DECIMAL });
    await path.meter();
    expect(path.calls()).toEqual([1, 4]);
    expect([await path.trial(), statesOf()]).toEqual(['proven', Array.from(DECIMAL, () => 'billed')]);
    await path.use('2.5', { of: DECIMAL, hour: 1 });
    await path.meter({ at: afterHour(1) });
    expect(path.calls()).toEqual([1, 4, 5]);
  });

  it('loses one record to an AWS that ignores decimals, and sends no other of any customer', async () => {
    path.marketplace.setDecimals('unknown');
    await path.use('1.5', { of: DECIMAL });
    for (let minute = 0; minute < 120; minute += 5) await path.meter({ at: afterHour(0) + minute * MINUTE_MS });
    expect(path.calls()).toEqual([1]);
    expect(Object.values(path.bill())).toEqual(['0']);
    expect(statesOf()).toEqual(['sealed', 'sealed', 'sealed', 'sealed', 'unconfirmed']);
    expect(path.log.text).toContain('DECIMALS_HALTED');
  });

  it('stops at the first record that an AWS refuses because of decimals', async () => {
    path.marketplace.setDecimals('refused');
    await path.use('1.5', { of: DECIMAL });
    for (let minute = 0; minute < 120; minute += 5) await path.meter({ at: afterHour(0) + minute * MINUTE_MS });
    expect([path.calls(), path.bill(), await path.trial()]).toEqual([[1], {}, 'halted']);
    const [{ subscriptionId, dimension, hour } = {}] = path.tables.hours.filter(({ sends }) => sends === 1);
    const evidence = [subscriptionId, dimension, hour].join(' ');
    expect(await path.decimalTrials.get(PRODUCT_CODE)).toMatchObject({ evidence });
    expect(path.tables.hours.filter(({ sends }) => sends === 0)).toHaveLength(4);
  });

  it('sends whole records while decimals are halted', async () => {
    path.marketplace.setDecimals('refused');
    await path.use('2', { of: ['events', 'seats'] });
    await path.meter();
    expect(path.bill()).toEqual({ 'seats 12': '2' });
  });

  it.each(['customerNotSubscribed', 'licenseNotActive'] as const)(
    'tries the next record alone after an answer that says nothing about decimals (%s)',
    async (kind) => {
      path.marketplace.plantFault({ kind, operation: 'BatchMeterUsage', next: 1 });
      await path.use('1.5', { of: DECIMAL });
      await path.meter();
      expect(path.calls()).toEqual([1, 1, 3]);
      expect(await path.trial()).toBe('proven');
    },
  );

  it('tries a record without an answer again before any other, because it can lose nothing more', async () => {
    path.marketplace.setDecimals('unknown');
    fails('dropAfterCommit', 5);
    await path.use('1.5');
    await path.meter();
    // It is due before the other.
    await path.use('1.5', { hour: -1, of: ['d1'] });
    await path.meter({ at: path.clock.now() + PROBE_CLAIM_MS });
    expect([path.bill(), await path.trial()]).toEqual([{ 'events 12': '0' }, 'halted']);
  });

  it('makes no call once its claim has expired and another run has claimed', async () => {
    await path.use('1.5');
    const takeSlot = async () => {
      const another = { probeId: 'another run', probeUntil: path.clock.now() + PROBE_CLAIM_MS };
      path.tables.put('hourlyUsage', { pk: 'decimals', sk: PRODUCT_CODE, ...another });
      return path.clock.now();
    };
    await path.meter({ meteringQuota: { takeSlot } });
    expect(path.calls()).toEqual([]);
  });

  it('sends nothing else until the claim expires when the answer to its only record stays unknown', async () => {
    fails('dropAfterCommit', 5);
    await path.use('1.5', { of: DECIMAL });
    await path.meter();
    expect(path.calls()).toEqual([1, 1, 1, 1, 1]);
    const startMs = path.clock.now();
    await path.meter({ at: startMs + PROBE_CLAIM_MS - 5 * MINUTE_MS });
    expect([path.calls().length, await path.trial()]).toEqual([5, 'unproven']);
    await path.meter({ at: startMs + PROBE_CLAIM_MS });
    expect([path.calls().slice(5), await path.trial()]).toEqual([[1, 4], 'proven']);
    expect(path.bill()['events 12']).toBe('1.5');
  });

  it('lets one of two runs send, each of which has sealed another hour', async () => {
    await path.use('1.5', { of: DECIMAL });
    const { gateway } = path;
    let inFlight = 0;
    const seen: number[] = [];
    path.gateway = {
      batchMeterUsage: async (records) => {
        inFlight += 1;
        seen.push(inFlight * records.length);
        await new Promise((resolve) => setImmediate(resolve));
        const result = await gateway.batchMeterUsage(records);
        inFlight -= 1;
        return result;
      },
    };
    await Promise.all([path.meter(), path.meter()]);
    expect(seen[0]).toBe(1);
    await path.meter({ at: afterHour(0) + HOUR_MS });
    expect(statesOf()).toEqual(Array.from(DECIMAL, () => 'billed'));
  });

  it('lets another run send after the run that claimed has crashed', async () => {
    await path.use('1.5', { of: DECIMAL });
    path.tables.put('hourlyUsage', {
      pk: 'decimals',
      sk: PRODUCT_CODE,
      probeId: 'crashed',
      probeUntil: afterHour(0) + PROBE_CLAIM_MS,
    });
    await path.meter();
    expect(path.calls()).toEqual([]);
    await path.meter({ at: afterHour(0) + PROBE_CLAIM_MS });
    expect(path.calls()).toEqual([1, 4]);
  });
});

describe('a product whose decimals are proven', () => {
  beforeEach(async () => {
    await path.use('1');
    await path.meter();
  });

  it('is halted by a difference in any call, before the next call', async () => {
    path.marketplace.setDecimals('unknown');
    await path.use('1.5', { hour: 1, of: DECIMAL });
    await path.meter({ at: afterHour(1) });
    expect([await path.trial(), path.calls()]).toEqual(['halted', [1, 5]]);
    await path.use('1.5', { hour: 2, of: DECIMAL });
    await path.meter({ at: afterHour(2) });
    expect(path.calls()).toEqual([1, 5]);
  });

  it('is not halted by a refusal, which may be the fault of one record', async () => {
    path.marketplace.setDecimals('refused');
    await path.use('1.5', { hour: 1 });
    await path.meter({ at: afterHour(1) });
    expect(await path.trial()).toBe('proven');
  });

  it('makes no further call in a run in which another run halts it', async () => {
    await path.use('1.5', { hour: 1 });
    fails('throttle', 1);
    const { sleep } = path.clock;
    const halting = async (ms: number) => {
      const hasCalled = path.calls().length > 1;
      if (hasCalled) await path.decimalTrials.halt(PRODUCT_CODE, { reason: 'echoDiffers', atMs: path.clock.now() });
      await sleep(ms);
    };
    await path.meter({ at: afterHour(1), sleep: halting });
    expect(path.calls()).toEqual([1, 1]);
    expect(path.tables.hours.at(-1)).toMatchObject({ state: 'sealed', sends: 1, answers: 1 });
  });
});

describe('measuring a halt', () => {
  const measured = async () => {
    for (const name of Object.keys(path.counters.counts)) Reflect.deleteProperty(path.counters.counts, name);
    await measureUnbilled(path.meterDeps());
    const { DecimalsHalted, DecimalsHaltedHoursLeft } = path.counters.counts;
    return { DecimalsHalted, DecimalsHaltedHoursLeft };
  };

  const configureWhole = () => {
    for (const product of path.products.values())
      for (const dimension of product.dimensions) dimension.quantities = 'whole';
  };

  it('says how many hours are left until AWS no longer takes the first held record', async () => {
    path.marketplace.setDecimals('refused');
    await path.use('1.5', { of: ['events'] });
    await path.use('1.5', { hour: 5, of: ['events'] });
    await path.meter({ at: afterHour(5) });
    path.clock.set(afterHour(5));
    expect(await measured()).toEqual({ DecimalsHalted: 1, DecimalsHaltedHoursLeft: 24 - 6 - 5 / 60 });
    expect(path.log.text).toContain('"hoursUntilFirstWindowCloses":17.9');
    // The records stay decimal, whatever is configured for the next ones.
    configureWhole();
    expect(await measured()).toMatchObject({ DecimalsHalted: 1 });
  });

  it('counts a halted product without held records as long as its configuration is decimal', async () => {
    await path.decimalTrials.halt(PRODUCT_CODE, { reason: 'operator', atMs: 0 });
    expect(await measured()).toEqual({ DecimalsHalted: 1 });
    configureWhole();
    expect(await measured()).toEqual({ DecimalsHalted: 0 });
  });
});
