import { afterAll, expect } from 'vitest';

/** What the test files of a worker share, and each must leave as it was. */
const shared = (): Record<string, unknown> => ({
  'process.cwd': process.cwd(),
  'process.exitCode': process.exitCode,
  ...parts('process', process, ['on', 'once', 'exit', 'kill', 'emitWarning']),
  ...parts('console', console, ['log', 'info', 'warn', 'error', 'debug']),
  ...parts('globalThis', globalThis, ['fetch', 'Date', 'setTimeout', 'setInterval', 'setImmediate', 'clearTimeout']),
  ...parts('Date', Date, ['now']),
  ...parts('Math', Math, ['random']),
  ...parts('stdout', process.stdout, ['write']),
  ...parts('stderr', process.stderr, ['write']),
});

function parts(name: string, whole: object, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [`${name}.${key}`, Reflect.get(whole, key)]));
}

const before = shared();
const environment = { ...process.env };

// It is registered first and therefore runs last, after what the test file itself puts back.
afterAll(() => {
  // The environment is put back for it.
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
  const after = shared();
  const changed = Object.keys({ ...before, ...after }).filter((name) => before[name] !== after[name]);
  expect(changed, 'What a test file changed and did not put back').toEqual([]);
});
