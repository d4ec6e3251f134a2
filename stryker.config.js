import { room } from './test/setup/mutation/rooms.js';

export default {
  mutate: [`${room.code}/**/*.ts`, ...room.leftOut.map((file) => `!${file}`)],
  testRunner: 'vitest',
  coverageAnalysis: room.coverageAnalysis,
  vitest: { configFile: 'test/setup/mutation/vitest.config.js', related: room.findsTests },
  ignorePatterns: ['cdk.out', 'coverage', '.local'],
  concurrency: 2,
  maxTestRunnerReuse: room.mutantsPerProcess,
  timeoutMS: 20_000,
  reporters: ['progress', 'clear-text'],
  clearTextReporter: { reportTests: false, allowEmojis: false },
  thresholds: { high: 97, low: 95, break: 95 },
  tempDirName: '.local/stryker',
};
