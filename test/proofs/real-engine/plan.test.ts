import { expect, it } from '@jest/globals';
import { STEPS } from '../../../proofs/real-engine/steps';
import { enginePlanOf } from '../../../proofs/real-engine/plan';
import { ENGINE_HOURS, ENGINE_SEEDS, engineSettingsOf } from '../../../proofs/real-engine/settings';

const planOf = (seed: number) => {
  const settings = engineSettingsOf({ seed, hours: ENGINE_HOURS });
  return { settings, plan: enginePlanOf({ seed, hours: ENGINE_HOURS }, settings) };
};
const seeds = Array.from({ length: ENGINE_SEEDS }, (_, n) => n + 1);

it('makes the same plan of the same seed, and another of another', () => {
  expect(planOf(7)).toEqual(planOf(7));
  expect(planOf(7).plan).not.toEqual(planOf(8).plan);
});

it('passes a month end, and the last moment for its usage', () => {
  for (const { settings } of seeds.map(planOf)) {
    expect(settings.startMs).toBeLessThan(settings.monthEndMs);
    expect(settings.endMs).toBeGreaterThan(settings.monthEndMs + 6 * 3_600_000);
  }
});

it('takes every step in the seeds that run by default, in order of time', () => {
  const plans = seeds.map((seed) => planOf(seed).plan);
  expect(new Set(plans.flat().map(({ kind }) => kind))).toEqual(new Set(Object.keys(STEPS)));
  for (const plan of plans) expect(plan).toEqual(plan.toSorted((a, b) => a.atMs - b.atMs));
});
