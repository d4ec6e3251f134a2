import { Dice, subSeed } from './dice';
import type { Engine } from './engine';
import type { World } from './world';

/** A step changes the world at once, and may start work on the engine. */
export type Step<E extends Engine> = (world: World<E>) => void | Promise<void>;

/** How often each step is taken, and what it does. Steps of weight 0 come at fixed times. */
export type StepTable<E extends Engine, Kind extends string> = Readonly<
  Record<Kind, { weight: number; take: Step<E> }>
>;

export interface Moment<Kind extends string> {
  kind: Kind;
  atMs: number;
}

export interface PlannedStep<Kind extends string> extends Moment<Kind> {
  index: number;
  /** The seed of its dice, so that leaving another step out does not change this one. */
  seed: number;
}

/** Makes the plan of a seed from moments in any order. */
export function toPlan<Kind extends string>(seed: number, moments: readonly Moment<Kind>[]): PlannedStep<Kind>[] {
  return moments
    .toSorted((a, b) => a.atMs - b.atMs)
    .map((moment, index) => ({ ...moment, index, seed: subSeed(seed, index) }));
}

export const diceOfPlan = (seed: number): Dice => new Dice(subSeed(seed, -3));

export function weightsOf<Kind extends string>(
  steps: Readonly<Record<Kind, { weight: number }>>,
): Record<Kind, number> {
  const entries = Object.entries<{ weight: number }>(steps).map(([kind, { weight }]) => [kind, weight]);
  return Object.fromEntries(entries) as Record<Kind, number>;
}

/** Passes to the time of a step, takes it, and lets the engine finish what it started. */
export async function takeStep<E extends Engine, Kind extends string>(
  world: World<E>,
  { index, kind, atMs, seed }: PlannedStep<Kind>,
  steps: StepTable<E, Kind>,
): Promise<void> {
  world.dice = new Dice(seed);
  world.passTo(atMs);
  world.marketplace.runDue();
  world.tell(() => `${index} ${kind}`);
  await steps[kind].take(world);
  await world.engine.run();
}
