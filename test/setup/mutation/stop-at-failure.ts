import { afterAll, afterEach } from 'vitest';

/*
 * Bail skips the tests of the files that follow, but loads them first; a file of `lib` synthesizes the stack then. Here the
 * files after one that failed are not loaded. The files of a run share a process, and only they.
 */
const shared = globalThis as { lastFile?: { passed: boolean } };
shared.lastFile ??= { passed: true };
const { lastFile } = shared;
if (!lastFile.passed) throw new Error('An earlier test file failed.');

// It stays so when the file does not load.
lastFile.passed = false;
let failed = false;

afterEach(({ task }) => {
  failed ||= task.result?.state === 'fail';
});

afterAll(() => {
  lastFile.passed = !failed;
});
