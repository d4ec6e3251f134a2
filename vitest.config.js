import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/setup/longest-first.js';

/** What every run of tests has in common: `npm test`, `test:dynamodb`, `test:last-release` and `mutation`. */
export const shared = {
  // The files of a worker share what they load: CDK, the SDKs and our modules are evaluated once, not 350 times.
  isolate: false,
  pool: 'forks',
  // Vitest leaves a core idle by default; two are what a small machine has.
  maxWorkers: '100%',
  setupFiles: ['loopback-only', 'slow-timers', 'clean-logs', 'leaves-nothing'].map((name) => `test/setup/${name}.ts`),
  globalSetup: ['test/setup/global-setup.ts'],
  // One limit, for a test that hangs. A busy machine does not reach it, and every wait in a test names itself before.
  testTimeout: 300_000,
  hookTimeout: 300_000,
  // On a busy machine a worker needs longer to exit. One that something holds still gets a warning.
  teardownTimeout: 30_000,
  // Without it every test that takes a third of a second has its own line.
  slowTestThreshold: 30_000,
};

export default defineConfig({
  test: {
    ...shared,
    include: ['test/**/*.test.ts'],
    // `npm run test:dynamodb` compares the embedded DynamoDB with Amazon's; `npm run test:last-release` plays an update.
    exclude: ['test/dynamodb-local/**', 'test/last-release/**'],
    sequence: { sequencer: LongestFirst },
  },
});
