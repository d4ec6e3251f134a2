import { room } from './test/setup/mutation/rooms.js';

export default {
  mutate: [`${room.code}/**/*.ts`, ...room.leftOut.map((file) => `!${file}`)],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings'],
  coverageAnalysis: room.coverageAnalysis,
  jest: { configFile: 'test/setup/mutation/jest.config.js', enableFindRelatedTests: room.findsTests },
  ignorePatterns: ['cdk.out', 'coverage', '.local'],
  concurrency: 2,
  maxTestRunnerReuse: room.mutantsPerProcess,
  timeoutMS: 20_000,
  reporters: ['progress', 'clear-text'],
  clearTextReporter: { reportTests: false, allowEmojis: false },
  thresholds: { high: 95, low: 90, break: 90 },
  tempDirName: '.local/stryker',
};
