import type { FunctionFaultKind } from './function-faults';

/** Something that failed while the stack ran, kept so that nobody has to search the logs. */
export interface Failure {
  /** ISO 8601, simulated time. */
  at: string;
  /** `plantedFault`: a function failed because a fault was planted. */
  kind: 'functionError' | 'plantedFault' | 'discarded' | 'delivery';
  source: string;
  message: string;
  /** The planted fault. */
  fault?: FunctionFaultKind;
}

/** Tracks what the stack is doing, so that `drain` can tell "idle" from "not finished yet". */
export class Activity {
  readonly failures: Failure[] = [];
  readonly #now: () => number;
  readonly #running = new Map<symbol, string>();
  readonly #listeners = new Set<() => void>();
  #count = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Grows with every event. Two equal readings mean that nothing happened in between. */
  get count(): number {
    return this.#count;
  }

  get running(): string[] {
    return [...this.#running.values()];
  }

  happened(): void {
    this.#count += 1;
    for (const listener of this.#listeners) listener();
  }

  onActivity(listener: () => void): void {
    this.#listeners.add(listener);
  }

  async during<T>(what: string, work: () => Promise<T>): Promise<T> {
    const key = Symbol(what);
    this.#running.set(key, what);
    this.happened();
    try {
      return await work();
    } finally {
      this.#running.delete(key);
      this.happened();
    }
  }

  fail(failure: Omit<Failure, 'at'>): void {
    this.failures.push({ at: new Date(this.#now()).toISOString(), ...failure });
  }
}
