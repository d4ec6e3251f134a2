import { Dice, subSeed } from './dice';
import type { SimulationOptions } from './settings';
import type { StepKind } from './steps';

export interface PlannedStep {
  index: number;
  kind: StepKind;
  atMs: number;
  /** The seed of its dice: leaving another step out changes nothing in this one. */
  seed: number;
}

const HOUR_MS = 3_600_000;
/** Steps an hour of the month, on average. */
const STEPS_AN_HOUR = 0.28;
/** How much of the month is busy: the rest is silence. */
const BUSY_SHARE = 0.045;

const WEIGHTS: Readonly<Record<StepKind, number>> = {
  report: 42,
  together: 16,
  deliver: 9,
  deliverAgain: 5,
  meter: 4,
  redriveDay: 0.8,
  redriveFailed: 2,
  putDirectly: 4,
  putMalformed: 3,
  overwrite: 3.5,
  subscribe: 1.5,
  register: 2,
  follow: 4,
  followChanges: 2,
  meet: 2.5,
  move: 1.2,
  sweep: 1,
  end: 3,
  comeBack: 1.5,
  renew: 0.8,
  amend: 1.2,
  suspend: 1.2,
  outage: 1.8,
  stepClock: 2,
  reconfigure: 0.4,
  askForZeros: 0.7,
  wake: 3,
  deleteExpired: 1.5,
  meterElsewhere: 1.2,
};

/** What the seed has in store, in order of time: a few beginnings, then bursts with silences between. */
export function planOf(
  { seed, hours }: SimulationOptions,
  { startMs, endMs }: { startMs: number; endMs: number },
): PlannedStep[] {
  const dice = new Dice(subSeed(seed, -3));
  const steps: Pick<PlannedStep, 'kind' | 'atMs'>[] = [];
  const beginnings = 2 + dice.below(3);
  for (let n = 0; n < beginnings; n += 1) {
    steps.push(
      { kind: 'subscribe', atMs: startMs + n * 60_000 },
      { kind: 'follow', atMs: startMs + n * 60_000 + 30_000 },
    );
  }
  const count = Math.round(hours * STEPS_AN_HOUR);
  const bursts = burstsOf(dice, { startMs, endMs, hours });
  for (let n = 0; n < count; n += 1) {
    const burst = dice.pick(bursts);
    // Around the moment an hour is sealed is where most can go wrong.
    const atMs = burst.fromMs + dice.below(burst.lastsMs);
    const sealingMs = Math.floor(atMs / HOUR_MS) * HOUR_MS + 5 * 60_000;
    const kind = dice.weighted(WEIGHTS);
    const isAtSealing = kind === 'together' && dice.chance(0.6);
    const togetherMs = sealingMs + 1000 + dice.below(90_000);
    steps.push({ kind, atMs: isAtSealing ? togetherMs : atMs });
    if (!isAtSealing || !dice.chance(0.7)) continue;
    // Usage of the hour that is about to be sealed, on its way when it is.
    steps.push({ kind: 'report', atMs: togetherMs - 500 });
    n += 1;
  }
  return steps.sort((a, b) => a.atMs - b.atMs).map((step, index) => ({ ...step, index, seed: subSeed(seed, index) }));
}

function burstsOf(dice: Dice, { startMs, endMs, hours }: { startMs: number; endMs: number; hours: number }) {
  const start = new Date(startMs);
  const monthEndMs = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1);
  const bursts = [{ fromMs: monthEndMs - 3 * HOUR_MS, lastsMs: 10 * HOUR_MS }].filter(({ fromMs }) => fromMs < endMs);
  let busyMs = 0;
  while (busyMs < hours * HOUR_MS * BUSY_SHARE || bursts.length === 0) {
    const lastsMs = Math.min(dice.between(1, 8), hours) * HOUR_MS;
    bursts.push({ fromMs: startMs + dice.below(Math.max(1, hours * HOUR_MS - lastsMs)), lastsMs });
    busyMs += lastsMs;
  }
  return bursts;
}
