/** Milliseconds since the epoch, UTC. Verbs get a clock, so that tests, the simulation and redrives set the time. */
export interface Clock {
  now(): number;
}

// The one place where production code reads the machine's time.
// eslint-disable-next-line no-restricted-properties
export const systemClock: Clock = { now: () => Date.now() };
