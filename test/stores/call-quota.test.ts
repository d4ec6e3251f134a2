import { describe, expect, it } from 'vitest';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { MAX_CALLS_PER_SECOND } from '../../lambdas/shared/domain/marketplace-limits';
import { DynamoDbCallQuota } from '../../lambdas/shared/stores/call-quota';
import type { Database } from '../../lambdas/shared/stores/database';
import { VirtualTime } from '../../proofs/bench/virtual-time';
import { Dice } from '../../proofs/simulation/driver/dice';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { NOON_MS } from '../builders/a-usage-event';
import { ENGINES } from './engines';

let runs = 0;

/** A run whose clock stands at a time that the test sets. */
function givenRun(database: Database<'hourlyUsage'>, nowMs: number, callsPerSecond = 8) {
  const clock = { nowMs, now: () => clock.nowMs };
  runs += 1;
  const name = runs / 1000;
  const quota = new DynamoDbCallQuota(database, 'BatchMeterUsage', { clock, random: () => name, callsPerSecond });
  return { clock, takeSlot: async () => quota.takeSlot() };
}

describe.each(ENGINES)('the metering quota %s', (_engine, open) => {
  it('spaces the slots, however many runs ask at once', async () => {
    const database = await open('hourlyUsage');
    const takers = [NOON_MS, NOON_MS, NOON_MS].map((nowMs) => givenRun(database, nowMs));
    const slots = await Promise.all(takers.flatMap(({ takeSlot }) => [takeSlot(), takeSlot(), takeSlot()]));
    expect(slots.sort()).toEqual(Array.from({ length: 9 }, (_, n) => NOON_MS + n * 125));
  });

  it('gives a slot at once after a pause, and after the clock was set back', async () => {
    const { clock, takeSlot } = givenRun(await open('hourlyUsage'), NOON_MS);
    await takeSlot();
    clock.nowMs = NOON_MS + 60_000;
    expect(await takeSlot()).toBe(NOON_MS + 60_000);
    clock.nowMs = NOON_MS - 86_400_000;
    expect(await takeSlot()).toBe(NOON_MS - 86_400_000);
  });

  it.each([
    ['half a minute ahead', 30_000],
    ['half a minute behind', -30_000],
    ['a day ahead', 86_400_000],
  ])('spaces the slots of a run whose clock is %s', async (_, aheadMs) => {
    const database = await open('hourlyUsage');
    const [one, other] = [givenRun(database, NOON_MS), givenRun(database, NOON_MS + aheadMs)];
    const slots: number[] = [];
    for (const turn of [0, 1, 2]) {
      expect(await one.takeSlot()).toBe(NOON_MS + 250 * turn);
      slots.push((await other.takeSlot()) - aheadMs);
    }
    expect(slots).toEqual([125, 375, 625].map((ms) => NOON_MS + ms));
  });

  it('is the same slot when its answer was lost and the SDK wrote again', async () => {
    const database = await open('hourlyUsage');
    const { client } = database;
    const twice = {
      ...database,
      client: { ...client, send: async (command: UpdateCommand) => (await client.send(command), client.send(command)) },
    };
    const { takeSlot } = givenRun(twice as unknown as typeof database, NOON_MS);
    expect([await takeSlot(), await takeSlot()]).toEqual([NOON_MS, NOON_MS + 125]);
  });

  it('queues behind a run of an earlier version, and that one behind it', async () => {
    const database = await open('hourlyUsage');
    const { takeSlot } = givenRun(database, NOON_MS);
    const earlier = async () =>
      database.client.send(
        new UpdateCommand({
          TableName: database.tables.hourlyUsage,
          Key: { pk: 'quota', sk: 'BatchMeterUsage' },
          UpdateExpression: 'SET nextSlotAt = if_not_exists(nextSlotAt, :now) + :interval',
          ExpressionAttributeValues: { ':now': NOON_MS, ':interval': 125 },
        }),
      );
    await earlier();
    expect(await takeSlot()).toBe(NOON_MS + 125);
    await earlier();
    expect(await takeSlot()).toBe(NOON_MS + 375);
  });
});

/** Runs begin ten seconds apart and overlap. Each has eight calls at a time, of which AWS answers one in `callMs`. */
async function givenOverlappingRuns(seed: number, skewsMs: readonly number[], callMs: number) {
  const dice = new Dice(seed);
  const time = new VirtualTime(NOON_MS);
  const tables = new MemoryTables();
  tables.before = async () => time.sleep(dice.between(2, 15));
  const calledAtMs: number[] = [];
  const lane = async (quota: DynamoDbCallQuota<'BatchMeterUsage'>, now: () => number, untilMs: number) => {
    while (time.nowMs < untilMs) {
      const slotMs = await quota.takeSlot();
      await time.sleep(Math.max(0, slotMs - now()));
      calledAtMs.push(time.nowMs);
      await time.sleep(callMs);
    }
  };
  const run = async (skewMs: number, index: number) => {
    await time.sleep(index * 10_000);
    const now = () => time.nowMs + skewMs;
    const pace = { clock: { now }, random: () => dice.next(), callsPerSecond: 9.8 };
    const quota = new DynamoDbCallQuota(tables.database, 'BatchMeterUsage', pace);
    const untilMs = time.nowMs + 25_000;
    await Promise.all(Array.from({ length: 8 }, () => lane(quota, now, untilMs)));
  };
  await time.pass(Promise.all(skewsMs.map(run)));
  return calledAtMs.sort((a, b) => a - b);
}

describe('runs that overlap at 9.8 calls a second', () => {
  it.each([
    [1, [0, 2_000], 50],
    [2, [0, -2_000], 50],
    [3, [2_000, -2_000], 400],
    [4, [-2_000, 2_000, 0], 100],
    [5, [0, 0], 400],
  ])('never start more than ten calls in a second of AWS, whatever their clocks say (%#)', async (...given) => {
    const calledAtMs = await givenOverlappingRuns(...given);
    const mostInASecond = Math.max(
      ...calledAtMs.map((from) => calledAtMs.filter((ms) => ms >= from && ms < from + 1_000).length),
    );
    expect(mostInASecond).toBeLessThanOrEqual(MAX_CALLS_PER_SECOND);
    const seconds = ((calledAtMs.at(-1) ?? NaN) - NOON_MS) / 1000;
    expect(calledAtMs.length / seconds).toBeGreaterThan(0.9 * 9.8);
  });
});
