import { expect, it } from 'vitest';
import { STEPS } from '../../../../proofs/simulation/dynamodb/dynamodb-steps';
import { planOf } from '../../../../proofs/simulation/dynamodb/dynamodb-plan';
import {
  DYNAMODB_HOURS,
  DYNAMODB_SEEDS,
  dynamoDbSettingsOf,
} from '../../../../proofs/simulation/dynamodb/dynamodb-settings';

const ofSeed = (seed: number, { fromLastRelease = false } = {}) => {
  const settings = dynamoDbSettingsOf({ seed, hours: DYNAMODB_HOURS, fromLastRelease });
  return { settings, plan: planOf({ seed, hours: DYNAMODB_HOURS }, settings) };
};
const seeds = Array.from({ length: DYNAMODB_SEEDS }, (_, n) => n + 1);

it('makes the same plan from the same seed, and another from another seed', () => {
  expect(ofSeed(7)).toEqual(ofSeed(7));
  expect(ofSeed(7).plan).not.toEqual(ofSeed(8).plan);
});

it('includes a month end and the deadline for its usage', () => {
  for (const { settings } of seeds.map((seed) => ofSeed(seed))) {
    expect(settings.startMs).toBeLessThan(settings.monthEndMs);
    expect(settings.endMs).toBeGreaterThan(settings.monthEndMs + 6 * 3_600_000);
  }
});

it('takes every step in the default seeds, in order of time', () => {
  const plans = seeds.map((seed) => ofSeed(seed).plan);
  const kinds = new Set(plans.flat().map(({ kind }) => kind));
  expect(kinds).toEqual(new Set(Object.keys(STEPS).filter((kind) => kind !== 'deploy')));
  for (const plan of plans) expect(plan).toEqual(plan.toSorted((a, b) => a.atMs - b.atMs));
});

it('deploys in every seed that begins with the last release, and plays its first seller', () => {
  for (const { settings, plan } of seeds.map((seed) => ofSeed(seed, { fromLastRelease: true }))) {
    expect(plan.filter(({ kind }) => kind === 'deploy').length).toBeGreaterThan(DYNAMODB_HOURS / 2);
    expect(settings.seller).toBe(0);
  }
});
