import { basename } from 'node:path';
import runner from 'jest-circus/runner';
import { FIRST } from './likely-first.js';

const [ENVIRONMENT, PATH] = [2, 4];
let killed;

/** Runs no further test once one has failed, and repeats its file's result: the mutant is killed, and Stryker cannot bail. */
export default async function untilKilled(...file) {
  if (basename(file[PATH]) === FIRST) killed = undefined;
  if (killed !== undefined) return { ...killed, testFilePath: file[PATH] };
  skipAfterFailure(file[ENVIRONMENT]);
  const result = await runner.default(...file);
  if (result.numFailingTests > 0 || result.testExecError) killed = result;
  return result;
}

function skipAfterFailure(environment) {
  let failed = false;
  environment.handleTestEvent = ({ name, test }) => {
    failed ||= name === 'test_fn_failure';
    if (failed && name === 'test_start') test.mode = 'skip';
  };
}
