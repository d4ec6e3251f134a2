import { BaseSequencer } from 'vitest/node';

/** The files that take longest, by their places. Their text is short, so that Vitest would run them last and alone. */
const LONG =
  /test\/(browser|flow|command-lines)\/|proofs\/(fuzz|bench|mutants)\/|simulate\.test|property\.test|wrong-states/;

/** Without times of an earlier run, as in a fresh clone, Vitest begins with the largest files. */
export class LongestFirst extends BaseSequencer {
  async sort(files) {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }) => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
