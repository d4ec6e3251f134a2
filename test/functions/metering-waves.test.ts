import { beforeEach, describe, expect, it } from 'vitest';
import { HOUR_MS, NOON_MS } from '../builders/a-usage-event';
import { givenDimensions, givenPath } from './a-scripted-path';

/** The waves of 100 hours that are in progress together are eight. */
const HOURS = 950;
const AT_MS = NOON_MS + 2 * HOUR_MS;

const DEADLINE_MS = AT_MS + 100;

let path: ReturnType<typeof givenPath>;

/** The clock reaches the deadline while the last of the first eight waves is read. */
beforeEach(async () => {
  path = givenPath();
  await givenDimensions(path, HOURS);
  const { get } = path.hourlyUsage;
  let reads = 0;
  path.hourlyUsage.get = async (hourKey) => {
    reads += 1;
    if (reads === 800) path.clock.set(DEADLINE_MS);
    return get.call(path.hourlyUsage, hourKey);
  };
});

describe('a metering run of more hours than it prepares at once', () => {
  it('begins no further wave after its deadline, and tells how many hours are left', async () => {
    await expect(path.meter({ at: AT_MS, deadlineMs: DEADLINE_MS })).resolves.toEqual({ hoursLeft: 150 });
    expect(path.counters.counts).toMatchObject({ HoursDue: 950, HoursSealed: 800, HoursLeft: 150, MeteringRuns: 1 });
    expect(path.tables.hours.filter(({ state }) => state === 'open')).toHaveLength(150);
  });

  it('leaves its work to later runs, which bill every hour once', async () => {
    for (const run of [0, 1, 2])
      await path.meter({ at: AT_MS + run * HOUR_MS, deadlineMs: DEADLINE_MS + run * HOUR_MS });
    await path.meter({ at: AT_MS + 3 * HOUR_MS });
    expect(path.tables.hours.map(({ state }) => state)).toEqual(Array.from({ length: HOURS }, () => 'billed'));
    expect(path.calls.flat()).toHaveLength(HOURS);
  });

  it('sends every other hour while one of many events is still being read', async () => {
    const [heavy] = path.tables.hours;
    if (heavy === undefined) throw new Error('There are hours.');
    const key = { pk: heavy.subscriptionId, sk: `${heavy.hour}#${heavy.dimension}` };
    path.tables.put('hourlyUsage', { ...path.tables.dynamoDb.table('hourlyUsage').get(key), ...key, entries: 50_001 });
    const { ofHour } = path.usageTallies;
    let readHeavy: () => void = () => undefined;
    const isSent = new Promise<void>((resolve) => (readHeavy = resolve));
    path.usageTallies.ofHour = async (hourKey) => {
      if (hourKey.dimension === heavy.dimension) await isSent;
      return ofHour.call(path.usageTallies, hourKey);
    };
    const { batchMeterUsage } = path.gateway;
    path.gateway.batchMeterUsage = async (records) => {
      // All full calls but the heavy hour's.
      if (path.calls.flat().length >= HOURS - 50) readHeavy();
      return batchMeterUsage.call(path.gateway, records);
    };
    await path.meter({ at: AT_MS });
    expect(path.tables.hours.map(({ state }) => state)).toEqual(Array.from({ length: HOURS }, () => 'billed'));
  });

  it('reads the hours of a wave together, and their Balances together, and writes each hour twice', async () => {
    const commands: string[] = [];
    path.tables.before = async (command) => void commands.push(command.constructor.name);
    await path.meter({ at: AT_MS });
    const reads = commands.filter((name) => name === 'BatchGetCommand' || name === 'GetCommand');
    // For each of ten waves: its subscriptions, hours and Balances. Two reads of the breaker for each call, and one for the claims.
    expect(reads.filter((name) => name === 'BatchGetCommand')).toHaveLength(10 * 3);
    expect(reads).toHaveLength(10 * 3 + 2 * (HOURS / 25) + 1);
    // Sealing and outcome; and a place in the quota for each call, for which the lanes compete.
    const writes = commands.filter((name) => name === 'UpdateCommand').length;
    expect(writes).toBeGreaterThanOrEqual(2 * HOURS);
    expect(writes).toBeLessThan(2.1 * HOURS);
  });
});
