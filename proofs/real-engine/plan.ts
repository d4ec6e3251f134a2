import { Dice, subSeed } from '../simulation/dice';
import type { EngineSettings } from './settings';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What the driver may do, by how often. */
const WEIGHTS = {
  report: 30,
  reportWide: 5,
  reportTwiceAtOnce: 5,
  putDirectly: 10,
  putMalformed: 5,
  overwrite: 7,
  redeliver: 9,
  breakAggregation: 9,
  breakMetering: 9,
  breakIntake: 4,
  breakStore: 9,
  breakMarketplace: 12,
  together: 12,
  subscribe: 4,
  register: 5,
  repeatLicenseEvent: 4,
  end: 4,
} as const;
export type StepKind = keyof typeof WEIGHTS | 'beginOutage' | 'loseAnswers' | 'endOutage' | 'catchUp' | 'runHour';

export interface EngineStep {
  atMs: number;
  kind: StepKind;
  /** Dice of its own: what one step rolls changes no other. */
  seed: number;
}

const STEPS_AN_HOUR = 3;

/** What happens when: from the seed alone. What becomes of it is real concurrency's. */
export function enginePlanOf({ seed, hours }: { seed: number; hours: number }, settings: EngineSettings): EngineStep[] {
  const dice = new Dice(subSeed(seed, -3));
  const steps: Omit<EngineStep, 'seed'>[] = ['subscribe', 'subscribe', 'subscribe', 'report'].map((kind, n) => ({
    kind: kind as StepKind,
    atMs: settings.startMs + (n + 1) * MINUTE_MS,
  }));
  for (let n = 0; n < hours * STEPS_AN_HOUR; n += 1)
    steps.push({ kind: dice.weighted(WEIGHTS), atMs: someTime(dice, settings, hours) });
  for (let hourMs = settings.startMs + HOUR_MS; hourMs <= settings.endMs; hourMs += HOUR_MS) {
    steps.push({ kind: 'runHour', atMs: hourMs + 5 * MINUTE_MS }, { kind: 'catchUp', atMs: hourMs + 7 * MINUTE_MS });
    if (dice.chance(0.25)) steps.push({ kind: 'catchUp', atMs: hourMs + dice.pick([17, 32, 52]) * MINUTE_MS });
  }
  if (settings.hasOutage) steps.push(...outage(settings));
  return steps
    .filter(({ atMs }) => atMs <= settings.endMs)
    .sort((a, b) => a.atMs - b.atMs)
    .map((step, index) => ({ ...step, seed: subSeed(seed, index) }));
}

/** Around the sealing of an hour is where most can go wrong. */
function someTime(dice: Dice, { startMs }: EngineSettings, hours: number): number {
  const hourMs = startMs + dice.below(hours) * HOUR_MS;
  return dice.chance(0.4)
    ? hourMs + dice.between(4 * MINUTE_MS, 8 * MINUTE_MS)
    : hourMs + dice.between(5 * MINUTE_MS, HOUR_MS);
}

/** Last month's usage is refused until nearly 06:00 on the 1st; of its last sends nobody learns what became of them. */
function outage({ monthEndMs }: EngineSettings): Omit<EngineStep, 'seed'>[] {
  return [
    { kind: 'beginOutage', atMs: monthEndMs - 2 * HOUR_MS },
    { kind: 'loseAnswers', atMs: monthEndMs + 5 * HOUR_MS },
    { kind: 'endOutage', atMs: monthEndMs + 6 * HOUR_MS + MINUTE_MS },
  ];
}
