import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';

it('gives tests a temporary folder that goes with the run', () => {
  expect(process.env.TEST_RUN_FOLDER).toMatch(/test-run-\w{6}$/);
  expect(tmpdir()).toBe(process.env.TEST_RUN_FOLDER);
});
