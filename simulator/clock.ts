/**
 * Simulated time: real time plus an offset. It keeps ticking. The offset lives in shared memory, so that functions in
 * worker threads see a change immediately.
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

  set(epochMs: number): void {
    Atomics.store(this.#offsetMs, 0, BigInt(Math.round(epochMs - Date.now())));
    this.#tellMoved();
  }

  advance(ms: number): void {
    Atomics.add(this.#offsetMs, 0, BigInt(Math.round(ms)));
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
