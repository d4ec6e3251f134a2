import { describe, expect, it } from 'vitest';
import type { MeteringGateway } from '../../lambdas/shared/marketplace/batch-meter-usage';
import { FUNCTIONS } from '../../lambdas/shared/contract/functions';
import { createDependencies as metering } from '../../lambdas/meter-usage/dependencies';
import { runMetering } from '../../lambdas/meter-usage/run-metering';
import { VirtualTime } from '../../proofs/bench/virtual-time';
import { InMemoryMarketplace } from '../../proofs/stand-ins/in-memory-marketplace';
import { HOUR_MS, NOON_MS } from '../builders/a-usage-event';
import { givenDimensions, givenPath } from './a-scripted-path';
import { GRACE_MS } from './usage-path';

const START_MS = NOON_MS + HOUR_MS + GRACE_MS;
const HOURS = 300;
const STOP_MS = FUNCTIONS['meter-usage'].stopBeforeTimeoutSeconds * 1000;

/** AWS, which takes its time, and bills the first quantity of a record. */
class SlowMarketplace implements MeteringGateway {
  readonly billed = new Map<string, string>();
  readonly callsOf = new Map<string, number>();
  isAnswerLost = false;

  constructor(
    private readonly time: VirtualTime,
    private readonly callMs: number,
  ) {}

  readonly batchMeterUsage: MeteringGateway['batchMeterUsage'] = async (records) => {
    const isAnswerLost = this.isAnswerLost;
    await this.time.sleep(this.callMs);
    const answers = records.map(({ dimension, timestampSeconds, quantity }) => {
      const key = `${dimension} ${timestampSeconds}`;
      this.callsOf.set(key, (this.callsOf.get(key) ?? 0) + 1);
      const first = this.billed.get(key) ?? quantity;
      this.billed.set(key, first);
      return first === quantity
        ? ({ kind: 'accepted', meteringRecordId: key } as const)
        : ({ kind: 'conflict' } as const);
    });
    return isAnswerLost ? { outcome: 'ambiguous', reason: 'TimeoutError' } : { outcome: 'answered', records: answers };
  };
}

/** The second run starts while the first waits for AWS, and has time for everything. */
async function givenOverlap({
  skewMs,
  callMs,
  isAnswerLost = false,
}: {
  skewMs: number;
  callMs: number;
  isAnswerLost?: boolean;
}) {
  const path = givenPath();
  await givenDimensions(path, HOURS);
  const time = new VirtualTime(START_MS);
  const { tables } = path;
  tables.before = async () => time.sleep(5);
  const marketplace = new SlowMarketplace(time, callMs);
  const run = async (clockSkewMs: number, remainingMs: number) => {
    const ports = {
      ...path.ports,
      clock: { now: () => time.nowMs + clockSkewMs },
      sleep: time.sleep,
      random: () => clockSkewMs / 10_000 + 0.5,
      metering: new InMemoryMarketplace().client,
      reminders: { remind: async () => undefined },
    };
    await runMetering({ ...metering(ports, path.config, { remainingMs }), marketplace });
  };
  const overlap = async () => {
    marketplace.isAnswerLost = isAnswerLost;
    const first = run(0, STOP_MS + 1_500);
    await time.sleep(6_500);
    marketplace.isAnswerLost = false;
    await Promise.all([first, run(skewMs, STOP_MS + 250_000)]);
  };
  await time.pass(overlap());
  return { path, marketplace };
}

describe('a run that starts while the calls of the one before are still in progress', () => {
  it.each([
    ['a clock two seconds ahead', { skewMs: 2_000, callMs: 20_000 }],
    ['a clock two seconds behind', { skewMs: -2_000, callMs: 20_000 }],
    ['answers to the first run that are lost', { skewMs: 2_000, callMs: 20_000, isAnswerLost: true }],
  ])('bills every hour once and loses none, with %s', async (_, given) => {
    const { path, marketplace } = await givenOverlap(given);
    expect(marketplace.billed.size).toBe(HOURS);
    expect(path.tables.hours.map(({ state }) => state)).toEqual(Array.from({ length: HOURS }, () => 'billed'));
    const calls = [...marketplace.callsOf.values()];
    // What was under way is sent again, unchanged: at most the calls of eight lanes.
    expect(Math.max(...calls)).toBe(2);
    expect(calls.filter((count) => count === 2).length).toBeLessThanOrEqual(8 * 25);
    for (const hour of path.tables.hours)
      if ('answers' in hour) expect(hour.answers).toBeLessThanOrEqual(hour.sends ?? 0);
  });

  it('sends nothing twice when AWS answers within five seconds, as it usually does', async () => {
    const { path, marketplace } = await givenOverlap({ skewMs: 2_000, callMs: 3_000 });
    expect(path.tables.hours.map(({ state }) => state)).toEqual(Array.from({ length: HOURS }, () => 'billed'));
    expect(new Set(marketplace.callsOf.values())).toEqual(new Set([1]));
  });
});
