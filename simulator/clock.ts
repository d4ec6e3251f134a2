import { SetupError } from './rules/required';

/** The last moment that everything that shows times can write. */
export const LATEST_MS = Date.parse('9999-12-31T23:59:59Z');

export interface ClockOptions {
  /** Makes the clock stand at this time. Default: it runs, from the machine's time on. */
  standsAtMs?: number;
}

export interface SavedClock {
  runs: boolean;
  /** Milliseconds: the offset from the machine's time of a clock that runs, the time of one that stands. */
  ms: number;
}

/**
 * Simulated time. A running clock is real time plus an offset. A standing clock moves only when it is told to, so that
 * nothing that is read from it depends on how fast the machine is. The time lives in shared memory, so that functions in
 * worker threads see a change immediately.
 */
export class SimulatedClock {
  /** Two 64-bit integers: milliseconds, and 1 if they are an offset from the machine's time, 0 if they are the time. */
  readonly memory = new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT);
  readonly runs: boolean;
  readonly #words = new BigInt64Array(this.memory);
  readonly #listeners = new Set<() => void>();

  constructor({ standsAtMs }: ClockOptions = {}) {
    this.runs = standsAtMs === undefined;
    Atomics.store(this.#words, 0, BigInt(Math.round(standsAtMs ?? 0)));
    Atomics.store(this.#words, 1, this.runs ? 1n : 0n);
  }

  /** Milliseconds since the epoch, UTC. */
  now(): number {
    return Number(Atomics.load(this.#words, 0)) + (this.runs ? Date.now() : 0);
  }

  /** @throws SetupError for a time that nothing could show */
  set(epochMs: number): void {
    requireTime(epochMs);
    Atomics.store(this.#words, 0, BigInt(Math.round(this.runs ? epochMs - Date.now() : epochMs)));
    this.#tellMoved();
  }

  /** @throws SetupError as above */
  advance(ms: number): void {
    requireTime(this.now() + ms);
    Atomics.add(this.#words, 0, BigInt(Math.round(ms)));
    this.#tellMoved();
  }

  /** What `restore` of another clock continues from. */
  saved(): SavedClock {
    return { runs: this.runs, ms: Number(Atomics.load(this.#words, 0)) };
  }

  /** Shows the time of another clock: what has passed since then has passed here, too, if that clock runs. */
  restore({ runs, ms }: SavedClock): void {
    if (runs !== this.runs) return this.set(runs ? Date.now() + ms : ms);
    Atomics.store(this.#words, 0, BigInt(ms));
    this.#tellMoved();
  }

  /** Calls `listener` whenever this thread moves the clock. @returns a function that removes it. */
  onMoved(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tellMoved(): void {
    for (const listener of this.#listeners) listener();
  }
}

function requireTime(epochMs: number): void {
  if (epochMs >= 0 && epochMs <= LATEST_MS) return;
  throw new SetupError(409, 'The clock shows the years 1970 to 9999. Give a time, or a span, that stays within them.');
}
