/** @type {import('jest').Config} */
export default {
  testEnvironment: '<rootDir>/test/setup/cdk/environment.js',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // `npm run test:dynamodb` compares the embedded DynamoDB with Amazon's; `npm run test:last-release` plays an update.
  testPathIgnorePatterns: ['<rootDir>/test/dynamodb-local/', '<rootDir>/test/last-release/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2024', parser: { syntax: 'typescript' } } }],
    // CDK is loaded once for all test files of a process.
    '/node_modules/(aws-cdk-lib|constructs)/.+\\.js$': '<rootDir>/test/setup/cdk/loaded-once.js',
  },
  transformIgnorePatterns: ['/node_modules/(?!(aws-cdk-lib|constructs)/)'],
  globalSetup: '<rootDir>/test/setup/global-setup.ts',
  globalTeardown: '<rootDir>/test/setup/global-teardown.ts',
  setupFiles: ['<rootDir>/test/setup/loopback-only.ts', '<rootDir>/test/setup/slow-timers.ts'],
  setupFilesAfterEnv: ['<rootDir>/test/setup/clean-logs.ts'],
  // One limit, for a test that hangs. A busy machine does not reach it, and every wait in a test names itself before.
  testTimeout: 300_000,
  // On a busy machine a worker needs longer to exit than jest's half second. One that something holds still gets a warning.
  workerGracefulExitTimeout: 30_000,
  testSequencer: '<rootDir>/test/setup/longest-first.js',
  // Jest leaves a core idle by default; two are what a small machine has.
  maxWorkers: '100%',
};
