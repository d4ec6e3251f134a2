import type { Dice } from '../driver/dice';
import { diceOfPlan, toPlan, weightsOf, type Moment, type PlannedStep } from '../driver/plan';
import type { DynamoDbSettings } from './dynamodb-settings';
import { STEPS, type StepKind } from './dynamodb-steps';
import { HOUR_MS, MINUTE_MS } from '../driver/time';

const STEPS_AN_HOUR = 3;

/** The seed alone decides what happens when; real concurrency decides the outcome. */
export function planOf(
  { seed, hours }: { seed: number; hours: number },
  settings: DynamoDbSettings,
): PlannedStep<StepKind>[] {
  const { startMs, endMs, monthEndMs, hasOutage } = settings;
  const dice = diceOfPlan(seed);
  const weights = weightsOf(STEPS);
  const beginnings = ['subscribe', 'subscribe', 'subscribe', 'report'] as const;
  const steps: Moment<StepKind>[] = beginnings.map((kind, n) => ({ kind, atMs: startMs + (n + 1) * MINUTE_MS }));
  for (let n = 0; n < hours * STEPS_AN_HOUR; n += 1)
    steps.push({ kind: dice.weighted(weights), atMs: someMomentMs(dice, startMs, hours) });
  for (let hourMs = startMs + HOUR_MS; hourMs <= endMs; hourMs += HOUR_MS) {
    steps.push({ kind: 'runHour', atMs: hourMs + 5 * MINUTE_MS }, { kind: 'catchUp', atMs: hourMs + 7 * MINUTE_MS });
    if (dice.chance(0.25)) steps.push({ kind: 'catchUp', atMs: hourMs + dice.pick([17, 32, 52]) * MINUTE_MS });
  }
  // AWS refuses last month's usage until nearly 06:00 on the 1st, and then answers none of its last requests.
  if (hasOutage)
    steps.push(
      { kind: 'beginOutage', atMs: monthEndMs - 2 * HOUR_MS },
      { kind: 'loseAnswers', atMs: monthEndMs + 5 * HOUR_MS },
      { kind: 'endOutage', atMs: monthEndMs + 6 * HOUR_MS + MINUTE_MS },
    );
  if (settings.fromLastRelease)
    for (let n = 0; n < hours; n += 1) steps.push({ kind: 'deploy', atMs: someMomentMs(dice, startMs, hours) });
  return toPlan(
    seed,
    steps.filter(({ atMs }) => atMs <= endMs),
  );
}

/** Most can go wrong around the sealing of an hour. */
function someMomentMs(dice: Dice, startMs: number, hours: number): number {
  const hourMs = startMs + dice.below(hours) * HOUR_MS;
  return dice.chance(0.4)
    ? hourMs + dice.between(4 * MINUTE_MS, 8 * MINUTE_MS)
    : hourMs + dice.between(5 * MINUTE_MS, HOUR_MS);
}
