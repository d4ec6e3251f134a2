/** Milliseconds since the epoch, UTC. Passed to verbs so that tests, the simulation and redrives decide what time it is. */
export interface Clock {
  now(): number;
}

// The one place where production code reads the machine's time.
// eslint-disable-next-line no-restricted-properties
export const systemClock: Clock = { now: () => Date.now() };
