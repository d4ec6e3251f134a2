import TestSequencer from '@jest/test-sequencer';

/** The files that take longest, by their places. Their text is short, so that jest would run them last and alone. */
const LONG =
  /test\/(browser|flow|command-lines)\/|proofs\/(fuzz|bench|mutants)\/|simulate\.test|property\.test|wrong-states/;

/** Without times of an earlier run, as in a fresh clone, jest begins with the largest files. */
export default class extends TestSequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    return [...sorted.filter(({ path }) => LONG.test(path)), ...sorted.filter(({ path }) => !LONG.test(path))];
  }
}
