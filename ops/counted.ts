import type { Counters } from '../lambdas/shared/runtime/metrics';

/** The functions count into CloudWatch; at a terminal the sums are part of the answer. */
export class Counted implements Counters {
  readonly #sums = new Map<string, number>();

  count(name: string, amount: number): void {
    this.#sums.set(name, (this.#sums.get(name) ?? 0) + amount);
  }

  of(name: string): number {
    return this.#sums.get(name) ?? 0;
  }
}
