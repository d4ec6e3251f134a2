import { describe, expect, it } from 'vitest';
import { ENTRANCES } from '../../../proofs/fuzz/entrances/index';

/** The short run of `npm run fuzz`: new cases each time, and a failure names the seed. */
const CASES_PER_ENTRANCE = 100;

describe('fuzzing', () => {
  it.each(ENTRANCES)(
    'hostile input to $name breaks no promise',
    async (entrance) => {
      const seed = Math.floor(Math.random() * 0x7fffffff);
      const { counterexample, cases } = await entrance.run({ cases: CASES_PER_ENTRANCE, seed });
      expect(counterexample).toBeUndefined();
      expect(cases).toBe(CASES_PER_ENTRANCE);
    },
    60_000,
  );
});
