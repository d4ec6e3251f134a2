import everything from '../../../jest.config.js';
import { room } from './rooms.js';

const { setupFiles, globalSetup, globalTeardown, ...rest } = everything;

/** The room's own tests: what only another room's test would notice, no reader of the room is told. */
export default {
  ...rest,
  ...(room.usesDynamoDb && { globalSetup, globalTeardown }),
  rootDir: '../../..',
  // With the code, or jest does not see which tests reach a file.
  roots: [room.tests, room.code].map((folder) => `<rootDir>/${folder}`),
  testPathIgnorePatterns: room.testsLeftOut,
  ...room.order,
  setupFiles: [...setupFiles, '<rootDir>/test/setup/first-counterexample.ts'],
};
