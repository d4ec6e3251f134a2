/**
 * The simulated time of everything that runs on this machine: real time plus an offset that can be set. It ticks; the
 * offset lives in shared memory, so that functions running in worker threads see a change at once.
 */
export class SimulatedClock {
  readonly offset: SharedArrayBuffer;
  readonly #offsetMs: BigInt64Array;
  readonly #listeners = new Set<() => void>();

  constructor(offset = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT)) {
    this.offset = offset;
    this.#offsetMs = new BigInt64Array(offset);
  }

  /** Milliseconds since the epoch, UTC. */
  now(): number {
    return Date.now() + Number(Atomics.load(this.#offsetMs, 0));
  }

  /** Makes it `epochMs` now. */
  set(epochMs: number): void {
    Atomics.store(this.#offsetMs, 0, BigInt(Math.round(epochMs - Date.now())));
    this.#tellMoved();
  }

  advance(ms: number): void {
    Atomics.add(this.#offsetMs, 0, BigInt(Math.round(ms)));
    this.#tellMoved();
  }

  /** Calls `listener` after each move in this thread. @returns how to stop that. */
  onMoved(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tellMoved(): void {
    for (const listener of this.#listeners) listener();
  }
}
