/**
 * The rooms that `npm run mutation` changes, by name: `ROOM=lib npm run mutation`.
 *
 * Every test of `lib` synthesizes the stack while its file loads, so that every change concerns all tests. They run as
 * one file, which loads CDK once, and without those that bundle, start a process or only compare hashes.
 */
const ROOMS = {
  domain: { code: 'lambdas/shared/domain', tests: ['test/domain'] },
  marketplace: { code: 'lambdas/shared/marketplace', tests: ['test/marketplace'] },
  stores: { code: 'lambdas/shared/stores', tests: ['test/stores'] },
  lib: {
    code: 'lib',
    tests: ['test/setup/mutation'],
    testMatch: ['**/all-of-lib.ts'],
    leftOut: ['lib/function-bundle.ts'],
    coverageAnalysis: 'off',
    findsTests: false,
  },
};

const name = process.env.ROOM ?? 'domain';
if (!(name in ROOMS)) throw new Error(`ROOM is ${name}; it must be one of ${Object.keys(ROOMS).join(', ')}.`);

export const room = {
  coverageAnalysis: 'perTest',
  findsTests: true,
  leftOut: [],
  testMatch: ['**/*.test.ts'],
  ...ROOMS[name],
};
