import { beforeEach, describe, expect, it } from '@jest/globals';
import { HOUR_MS, NOON_MS } from '../builders/a-usage-event';
import { givenDimensions, givenPath } from './a-scripted-path';

/** Two waves of 100 hours and a part of a third. */
const HOURS = 250;
const AT_MS = NOON_MS + 2 * HOUR_MS;

const DEADLINE_MS = AT_MS + 100;

let path: ReturnType<typeof givenPath>;

/** The clock reaches the deadline while the first wave is read. */
beforeEach(async () => {
  path = givenPath();
  await givenDimensions(path, HOURS);
  const { get } = path.hourlyUsage;
  let isFirst = true;
  path.hourlyUsage.get = async (hourKey) => {
    if (isFirst) path.clock.set(DEADLINE_MS);
    isFirst = false;
    return get.call(path.hourlyUsage, hourKey);
  };
});

describe('a metering run of more hours than it prepares at once', () => {
  it('begins no further wave after its deadline, and tells how many hours are left', async () => {
    await expect(path.meter({ at: AT_MS, deadlineMs: DEADLINE_MS })).resolves.toEqual({ hoursLeft: 150 });
    expect(path.counters.counts).toMatchObject({ HoursDue: 250, HoursSealed: 100, HoursLeft: 150, MeteringRuns: 1 });
    expect(path.tables.hours.filter(({ state }) => state === 'open')).toHaveLength(150);
  });

  it('leaves its work to later runs, which bill every hour once', async () => {
    for (const run of [0, 1, 2])
      await path.meter({ at: AT_MS + run * HOUR_MS, deadlineMs: DEADLINE_MS + run * HOUR_MS });
    await path.meter({ at: AT_MS + 3 * HOUR_MS });
    expect(path.tables.hours.map(({ state }) => state)).toEqual(Array.from({ length: HOURS }, () => 'billed'));
    expect(path.calls.flat()).toHaveLength(HOURS);
  });

  it('reads the hours of a wave together, and their Balances together', async () => {
    const commands: string[] = [];
    path.tables.before = async (command) => void commands.push(command.constructor.name);
    await path.meter({ at: AT_MS });
    const reads = commands.filter((name) => name === 'BatchGetCommand' || name === 'GetCommand');
    // For each of three waves: its subscriptions, hours and Balances. A read of the breaker before each call.
    expect(reads.filter((name) => name === 'BatchGetCommand')).toHaveLength(3 * 3);
    expect(reads).toHaveLength(3 * 3 + 2 * (HOURS / 25));
  });
});
