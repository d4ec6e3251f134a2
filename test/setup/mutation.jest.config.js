import everything from '../../jest.config.js';

const { globalSetup: _setup, globalTeardown: _teardown, ...rest } = everything;

/** The domain's own tests, for `npm run mutation`: what only a verb's test would notice, no reader of the domain is told. */
export default {
  ...rest,
  rootDir: '../..',
  // With the domain, or jest does not see which tests reach a file.
  roots: ['<rootDir>/test/domain', '<rootDir>/lambdas'],
};
