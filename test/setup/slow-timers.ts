import timers from 'node:timers/promises';

/**
 * `SLOW_TIMERS=4 npm test` makes every timer of the tests, and of what runs in their process, four times slower. No
 * verdict may change.
 */
const factor = Number(process.env.SLOW_TIMERS ?? 1);

// All test files of a worker share the timers, which become slow once.
const slow = Symbol.for('slow');

if (factor !== 1 && !Reflect.has(timers, slow)) {
  const slower = <Timer extends (typeof globalThis)['setTimeout' | 'setInterval']>(timer: Timer) =>
    ((run: () => void, ms = 0, ...args: unknown[]) =>
      Reflect.apply(timer, globalThis, [run, ms * factor, ...args])) as Timer;
  globalThis.setTimeout = slower(globalThis.setTimeout);
  globalThis.setInterval = slower(globalThis.setInterval);
  const wait = timers.setTimeout;
  timers.setTimeout = (async (ms = 0, ...args: []) => wait(ms * factor, ...args)) as typeof wait;
  Reflect.set(timers, slow, true);
}
