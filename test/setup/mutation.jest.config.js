import everything from '../../jest.config.js';

const { globalSetup: _setup, globalTeardown: _teardown, ...rest } = everything;

/** What says something about the domain, without a database: for `npm run mutation`. */
export default {
  ...rest,
  rootDir: '../..',
  // With lambdas, or jest does not see which tests reach the domain through a verb.
  roots: ['<rootDir>/test/domain', '<rootDir>/test/functions', '<rootDir>/lambdas'],
  // They repeat for many seconds what the domain's own properties hold.
  testPathIgnorePatterns: ['/node_modules/', String.raw`/functions/.*\.property\.`],
};
