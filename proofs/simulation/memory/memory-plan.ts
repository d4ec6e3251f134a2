import type { Dice } from '../driver/dice';
import { diceOfPlan, toPlan, weightsOf, type Moment, type PlannedStep } from '../driver/plan';
import type { SimulationOptions } from './memory-settings';
import { STEPS, type StepKind } from './memory-steps';
import { HOUR_MS, MINUTE_MS, hourStartMs } from '../driver/time';

/** The average number of steps per hour of the month. */
const STEPS_AN_HOUR = 0.28;
/** The busy share of the month; nothing happens in the rest. */
const BUSY_SHARE = 0.045;

/** The plan of a seed, in order of time: a few purchases first, then bursts of steps with pauses between them. */
export function planOf(
  { seed, hours }: SimulationOptions,
  { startMs, endMs }: { startMs: number; endMs: number },
): PlannedStep<StepKind>[] {
  const dice = diceOfPlan(seed);
  const steps: Moment<StepKind>[] = [];
  const weights = weightsOf(STEPS);
  const beginnings = 2 + dice.below(3);
  for (let n = 0; n < beginnings; n += 1) {
    steps.push(
      { kind: 'subscribe', atMs: startMs + n * MINUTE_MS },
      { kind: 'follow', atMs: startMs + n * MINUTE_MS + 30_000 },
    );
  }
  const count = Math.round(hours * STEPS_AN_HOUR);
  const bursts = burstsOf(dice, { startMs, endMs, hours });
  for (let n = 0; n < count; n += 1) {
    const burst = dice.pick(bursts);
    // Most can go wrong around the moment an hour is sealed.
    const atMs = burst.fromMs + dice.below(burst.lastsMs);
    const sealingMs = hourStartMs(atMs) + 5 * MINUTE_MS;
    const kind = dice.weighted(weights);
    const isAtSealing = kind === 'together' && dice.chance(0.6);
    const togetherMs = sealingMs + 1000 + dice.below(90_000);
    steps.push({ kind, atMs: isAtSealing ? togetherMs : atMs });
    if (!isAtSealing || !dice.chance(0.7)) continue;
    // Usage of the hour that is about to be sealed, so that it is still on its way then.
    steps.push({ kind: 'report', atMs: togetherMs - 500 });
    n += 1;
  }
  return toPlan(seed, steps);
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
