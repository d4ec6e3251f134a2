import runner from 'jest-circus/runner';
import { FIRST } from './promises-first.js';

const PATH = 4;
let killed;

/** Runs no further file once one has failed, and repeats its result: the mutant is killed, and Stryker cannot bail. */
export default async function untilKilled(...file) {
  if (file[PATH].endsWith(FIRST)) killed = undefined;
  if (killed !== undefined) return { ...killed, testFilePath: file[PATH] };
  const result = await runner.default(...file);
  if (result.numFailingTests > 0 || result.testExecError) killed = result;
  return result;
}
