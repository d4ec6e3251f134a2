import tsdoc from 'eslint-plugin-tsdoc';
import unicorn from 'eslint-plugin-unicorn';
import tseslint from 'typescript-eslint';

/**
 * `no-restricted-imports` with these patterns and the simulator's door. The rule of a later block replaces that of an
 * earlier one for the same file, so every block must repeat the doors that apply to it.
 */
const restrictImports = (...patterns) => ({
  'no-restricted-imports': ['error', { patterns: [...patterns, ENTRY_ONLY] }],
});
const ENTRY_ONLY = {
  regex: String.raw`^(\.\./)+simulator/`,
  message: 'Import the simulator from its public entry, simulator/index.ts.',
};

/** Relative imports of anything in these rooms. */
const rooms = (...names) => ({ regex: String.raw`^(\.\./)+(${names.join('|')})(/|$)` });

export default tseslint.config(
  { ignores: ['cdk.out/**', 'coverage/**', '.local/**', 'node_modules/**'] },
  ...tseslint.configs.recommended,
  {
    plugins: { unicorn, tsdoc },
    rules: {
      'max-lines': ['error', 300],
      'max-params': ['error', 3],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      'unicorn/filename-case': ['error', { case: 'kebabCase' }],
      'unicorn/prefer-node-protocol': 'error',
      'unicorn/error-message': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      ...restrictImports(),
    },
  },
  {
    files: ['lambdas/**/*.ts', 'lib/**/*.ts'],
    rules: { 'tsdoc/syntax': 'error', 'no-console': 'error' },
  },
  {
    // `const { left, ...rest } = all` is how a field is left out.
    files: ['**/*.{ts,js}'],
    rules: { '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }] },
  },
  {
    files: ['lambdas/**/*.ts'],
    ignores: ['lambdas/*/handler.ts'],
    rules: {
      'no-restricted-globals': ['error', { name: 'process', message: 'Only handler.ts reads the environment.' }],
    },
  },
  {
    files: ['lambdas/**/*.ts'],
    rules: {
      ...restrictImports({ group: ['**/handler'], message: 'Nothing imports a handler.' }),
    },
  },
  { files: ['lambdas/*/handler.ts'], rules: { 'max-lines': ['error', 60] } },
  {
    // Verbs get time, ids and stores as arguments: no clock, no SDK, no implementation.
    files: ['lambdas/*/*.ts'],
    // What `dependencies.ts` makes, `handler.ts` would make if it had the room.
    ignores: ['lambdas/*/handler.ts', 'lambdas/*/config.ts', 'lambdas/*/dependencies.ts'],
    rules: {
      ...restrictImports({ group: ['@aws-sdk/*', '@middy/*', 'aws-cdk-lib*', '**/handler'] }),
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now' },
        { object: 'Math', property: 'random' },
      ],
      'no-restricted-syntax': ['error', "NewExpression[callee.name='Date'][arguments.length=0]"],
    },
  },
  {
    files: ['lambdas/shared/domain/**'],
    rules: {
      ...restrictImports({
        group: ['@aws-sdk/*', '@middy/*', 'aws-cdk-lib*', 'node:*', '../marketplace/*', '../stores/*', '../runtime/*'],
      }),
      'no-restricted-globals': ['error', 'process'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now' },
        { object: 'Math', property: 'random' },
      ],
      'no-restricted-syntax': ['error', "NewExpression[callee.name='Date'][arguments.length=0]"],
    },
  },
  {
    files: ['lambdas/shared/stores/**', 'lambdas/shared/marketplace/**', 'lambdas/shared/runtime/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now' },
        { object: 'Math', property: 'random' },
      ],
    },
  },
  {
    files: ['lib/**', 'bin/**'],
    rules: {
      ...restrictImports({ group: ['@aws-sdk/*', '@middy/*'] }, { regex: 'lambdas/(?!shared/contract/)' }),
    },
  },
  {
    // The operator's commands work on what is deployed with the functions' own code; only a terminal's colours are shared
    // with what plays on one machine.
    files: ['ops/**'],
    rules: {
      'no-console': 'error',
      ...restrictImports(
        { group: ['aws-cdk-lib*', '@middy/*', '**/handler'] },
        { regex: '/(lib|bin|test)/' },
        { regex: '/local/(?!colours$)' },
      ),
    },
  },
  {
    files: ['simulator/**'],
    rules: restrictImports(rooms('bin', 'lambdas', 'lib', 'local', 'ops', 'proofs', 'schemas', 'test')),
  },
  { files: ['test/simulator/**'], rules: { 'no-restricted-imports': 'off' } },
  {
    files: ['test/**'],
    rules: {
      'max-lines-per-function': 'off',
      'no-restricted-syntax': [
        'error',
        "CallExpression[callee.object.name='jest'][callee.property.name=/^(mock|doMock|unstable_mockModule)$/] > Literal[value=/^\\./]",
      ],
    },
  },
);
