import { defineConfig } from 'vitest/config';
import { shared } from '../../../vitest.config.js';
import { LikelyFirst } from './likely-first.js';
import { LoadErrors } from './load-errors.js';
import { room } from './rooms.js';

const { setupFiles, globalSetup, ...rest } = shared;

/** The room's own tests: what only another room's test would notice, no reader of the room is told. */
export default defineConfig({
  test: {
    ...rest,
    ...(room.usesDynamoDb && { globalSetup }),
    reporters: [new LoadErrors()],
    include: [`${room.tests}/**/*.test.ts`],
    exclude: room.testsLeftOut.map((file) => `**/${file}`),
    ...(room.synthesizes && { sequence: { sequencer: LikelyFirst } }),
    setupFiles: [
      ...setupFiles,
      'test/setup/first-counterexample.ts',
      ...(room.synthesizes ? ['test/setup/mutation/stop-at-failure.ts'] : []),
    ],
  },
});
