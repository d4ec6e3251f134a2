import everything from '../../jest.config.js';

const { testPathIgnorePatterns: _left, ...rest } = everything;

/** What runs on Amazon's DynamoDB Local too, for `npm run test:dynamodb`: everything that asks a DynamoDB by its wire. */
export default {
  ...rest,
  rootDir: '../..',
  roots: ['local/dynamodb', 'dynamodb-local', 'stores', 'flow', 'ops/redrive'].map((room) => `<rootDir>/test/${room}`),
  testPathIgnorePatterns: ['/embedded.test.ts$'],
  globalSetup: '<rootDir>/test/setup/dynamodb-local-setup.ts',
};
