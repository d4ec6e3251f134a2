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

const ROOMS = 'bin lambdas lib local ops packages proofs reporter schemas simulator test web'.split(' ');
/** Relative imports of any room but these: a room imports what stands below it, and nothing above. */
const onlyRooms = (...allowed) => ({
  regex: String.raw`^(\.\./)+(${ROOMS.filter((room) => !allowed.includes(room)).join('|')})(/|$)`,
  message: `From here, only these rooms may be imported: ${allowed.join(', ') || 'none'}.`,
});

/** Time and chance are arguments, so that a test or the simulation can decide them. */
const NO_CLOCK = {
  'no-restricted-properties': ['error', { object: 'Date', property: 'now' }, { object: 'Math', property: 'random' }],
  'no-restricted-syntax': ['error', "NewExpression[callee.name='Date'][arguments.length=0]"],
};
const NO_HANDLER = { group: ['**/handler'], message: 'Nothing imports a handler.' };
const sharedFolders = (...names) => ({ regex: String.raw`^(\.\./)+(shared/)?(${names.join('|')})/` });

export default tseslint.config(
  {
    ignores: [
      ...['cdk.out/**', 'coverage/**', 'dist/**', '.local/**', 'node_modules/**', 'reports/**'],
      'test/types/wrong-states.ts',
    ],
  },
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
      // `const { state, ...rest } = all` is how a field is left out.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      ...restrictImports(),
    },
  },
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['lambdas/**/*.ts', 'lib/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    rules: {
      'tsdoc/syntax': 'error',
      'no-console': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Dependencies are destructured all the time; they are objects of functions, not instances.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  { files: ['bin/**'], rules: restrictImports(onlyRooms('lib')) },
  {
    files: ['lib/**'],
    rules: restrictImports(
      onlyRooms('lambdas'),
      { group: ['@aws-sdk/*', '@middy/*'] },
      { regex: 'lambdas/(?!shared/contract/)' },
    ),
  },
  {
    files: ['lambdas/**/*.ts'],
    ignores: ['lambdas/*/handler.ts'],
    rules: {
      'no-restricted-globals': ['error', { name: 'process', message: 'Only handler.ts reads the environment.' }],
      ...restrictImports(onlyRooms('web'), NO_HANDLER),
    },
  },
  { files: ['lambdas/*/handler.ts'], rules: { 'max-lines': ['error', 60], ...restrictImports(onlyRooms('web')) } },
  {
    // Verbs get time, ids and stores as arguments: no clock, no SDK, no implementation.
    files: ['lambdas/*/*.ts'],
    ignores: ['lambdas/*/handler.ts', 'lambdas/*/dependencies.ts'],
    rules: {
      ...NO_CLOCK,
      ...restrictImports(onlyRooms('web'), NO_HANDLER, { group: ['@aws-sdk/*', '@middy/*', 'aws-cdk-lib*'] }),
    },
  },
  ...[
    { files: ['lambdas/shared/domain/**'], rooms: onlyRooms() },
    // A configuration's names are shown, so it knows which characters can be.
    { files: ['lambdas/shared/contract/**'], rooms: onlyRooms('web') },
  ].map(({ files, rooms }) => ({
    files,
    rules: {
      ...NO_CLOCK,
      ...restrictImports(rooms, sharedFolders('marketplace', 'stores', 'runtime'), {
        group: ['@aws-sdk/*', '@middy/*', 'aws-cdk-lib*'],
      }),
    },
  })),
  {
    files: ['lambdas/shared/stores/**'],
    rules: { ...NO_CLOCK, ...restrictImports(onlyRooms(), sharedFolders('marketplace', 'runtime')) },
  },
  {
    files: ['lambdas/shared/marketplace/**'],
    rules: { ...NO_CLOCK, ...restrictImports(onlyRooms(), sharedFolders('stores', 'runtime')) },
  },
  {
    files: ['lambdas/shared/runtime/**'],
    rules: { ...NO_CLOCK, ...restrictImports(onlyRooms('web'), sharedFolders('marketplace', 'stores')) },
  },
  {
    files: ['ops/**'],
    rules: {
      'no-console': 'error',
      ...restrictImports(onlyRooms('lambdas', 'web'), NO_HANDLER, { group: ['aws-cdk-lib*', '@middy/*'] }),
    },
  },
  { files: ['schemas/**'], rules: restrictImports(onlyRooms('lambdas', 'ops', 'simulator')) },
  { files: ['web/**'], rules: restrictImports(onlyRooms()) },
  {
    files: ['reporter/**'],
    rules: { 'tsdoc/syntax': 'error', 'no-console': 'error', ...restrictImports(onlyRooms()) },
  },
  { files: ['simulator/**'], rules: restrictImports(onlyRooms('web')) },
  { files: ['local/**'], rules: restrictImports(onlyRooms('lambdas', 'lib', 'ops', 'simulator', 'web'), NO_HANDLER) },
  // Jest loads CommonJS by default, so that is what a seller sees first.
  { files: ['examples/seller-tests-jest/**'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  { files: ['packages/**'], rules: restrictImports(onlyRooms('lib', 'ops', 'proofs', 'simulator'), NO_HANDLER) },
  {
    files: ['proofs/**'],
    rules: restrictImports(onlyRooms(...ROOMS.filter((room) => !['packages', 'test'].includes(room))), NO_HANDLER),
  },
  { files: ['test/simulator/**', 'test/browser/simulator.test.ts'], rules: { 'no-restricted-imports': 'off' } },
  {
    files: ['test/**'],
    rules: {
      'max-lines-per-function': 'off',
      'no-restricted-syntax': [
        'error',
        "CallExpression[callee.object.name='vi'][callee.property.name=/^(mock|doMock)$/] > Literal[value=/^\\./]",
        // It would be mocked for the next test files too: `mockClass` restores it.
        "CallExpression[callee.name='mockClient'] > Identifier.arguments[name=/^[A-Z]/]",
      ],
    },
  },
);
