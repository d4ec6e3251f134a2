/**
 * The rooms that `npm run mutation` changes, by name: `ROOM=lib npm run mutation`.
 *
 * Every test of `lib` synthesizes the stack while its file loads, so that every change concerns all tests. Left out are
 * those that bundle, start a process or only compare hashes. CDK Nag runs last, because it takes seconds.
 */
const ROOMS = {
  domain: { code: 'lambdas/shared/domain', tests: 'test/domain' },
  marketplace: { code: 'lambdas/shared/marketplace', tests: 'test/marketplace' },
  stores: { code: 'lambdas/shared/stores', tests: 'test/stores', usesDynamoDb: true },
  lib: {
    code: 'lib',
    tests: 'test/lib',
    testsLeftOut: ['app.test.ts', 'fingerprints.test.ts', 'function-bundle.test.ts', 'function-code.test.ts'],
    leftOut: ['lib/function-bundle.ts', 'lib/function-code.ts'],
    coverageAnalysis: 'off',
    findsTests: false,
    // Each synthesis leaves some memory behind; each process loads everything anew.
    mutantsPerProcess: 60,
    synthesizes: true,
  },
};

const name = process.env.ROOM ?? 'domain';
if (!(name in ROOMS)) throw new Error(`ROOM is ${name}; it must be one of ${Object.keys(ROOMS).join(', ')}.`);

export const room = {
  coverageAnalysis: 'perTest',
  findsTests: true,
  mutantsPerProcess: 0,
  leftOut: [],
  testsLeftOut: [],
  usesDynamoDb: false,
  synthesizes: false,
  ...ROOMS[name],
};
