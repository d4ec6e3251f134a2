import { defineConfig } from 'vitest/config';
import { shared } from '../../vitest.config.js';

/** An update from the last release on the local stack, and a rollback: `npm run test:last-release`. */
export default defineConfig({ test: { ...shared, include: ['test/last-release/**/*.test.ts'] } });
