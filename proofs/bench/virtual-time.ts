/**
 * Time that passes only while everything waits, so that a measurement says how long the waits are and not how busy the
 * machine is. Work between two waits takes no time.
 */
export class VirtualTime {
  nowMs: number;
  readonly #sleepers: { atMs: number; wake(): void }[] = [];

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  readonly now = () => this.nowMs;
  readonly sleep = (ms: number): Promise<void> =>
    new Promise((wake) => {
      this.#sleepers.push({ atMs: this.nowMs + ms, wake });
    });

  /** Lets time pass until the work ends. */
  async pass<Result>(work: Promise<Result>): Promise<Result> {
    let isOver = false;
    const ended = work.finally(() => (isOver = true));
    while (!isOver) {
      // Everything that can go on without time goes on first.
      await new Promise(setImmediate);
      if (!isOver) this.#wakeNext();
    }
    return ended;
  }

  #wakeNext(): void {
    const atMs = Math.min(...this.#sleepers.map((sleeper) => sleeper.atMs));
    this.nowMs = Math.max(this.nowMs, atMs);
    const due = this.#sleepers.filter((sleeper) => sleeper.atMs <= this.nowMs);
    for (const sleeper of due) {
      this.#sleepers.splice(this.#sleepers.indexOf(sleeper), 1);
      sleeper.wake();
    }
  }
}
