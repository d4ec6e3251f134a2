import everything from '../../jest.config.js';

const { globalSetup: _setup, globalTeardown: _teardown, setupFiles, ...rest } = everything;

/** The domain's own tests, for `npm run mutation`: what only a verb's test would notice, no reader of the domain is told. */
export default {
  ...rest,
  rootDir: '../..',
  // With the functions, or jest does not see which tests reach a file.
  roots: ['<rootDir>/test/domain', '<rootDir>/lambdas'],
  setupFiles: [...setupFiles, '<rootDir>/test/setup/first-counterexample.ts'],
};
