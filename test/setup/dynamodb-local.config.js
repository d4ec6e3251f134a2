import { defineConfig } from 'vitest/config';
import { shared } from '../../vitest.config.js';

const ROOMS = ['local/dynamodb', 'dynamodb-local', 'stores', 'flow', 'ops/redrive'];

/** What runs on Amazon's DynamoDB Local too, for `npm run test:dynamodb`: everything that asks a DynamoDB by its wire. */
export default defineConfig({
  test: {
    ...shared,
    include: ROOMS.map((room) => `test/${room}/**/*.test.ts`),
    exclude: ['**/embedded.test.ts'],
    globalSetup: ['test/setup/dynamodb-local-setup.ts'],
  },
});
