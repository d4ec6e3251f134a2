import timers from 'node:timers/promises';

/**
 * `SLOW_TIMERS=4 npm test` makes every timer of the tests, and of what runs in their process, four times slower. No
 * verdict may change.
 */
const factor = Number(process.env.SLOW_TIMERS ?? 1);

if (factor !== 1) {
  const slower = <Timer extends (typeof globalThis)['setTimeout' | 'setInterval']>(timer: Timer) =>
    ((run: () => void, ms = 0, ...args: unknown[]) =>
      Reflect.apply(timer, globalThis, [run, ms * factor, ...args])) as Timer;
  globalThis.setTimeout = slower(globalThis.setTimeout);
  globalThis.setInterval = slower(globalThis.setInterval);
  // Node's module is shared by all test files of a worker: each must slow the original, not what the last one left.
  const original = Symbol.for('the original wait');
  const known: { [original]?: typeof timers.setTimeout } = timers as object;
  const wait = (known[original] ??= timers.setTimeout);
  timers.setTimeout = (async (ms = 0, ...args: []) => wait(ms * factor, ...args)) as typeof wait;
}
