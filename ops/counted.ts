import type { FunctionName } from '../lambdas/shared/contract/functions';
import type { MetricOf } from '../lambdas/shared/contract/metrics';
import type { FlushedCounters } from '../lambdas/shared/runtime/metrics';

/** Adds up what functions write to CloudWatch as metrics, so that a command can report the sums. */
export class Counted<Name extends FunctionName> implements FlushedCounters<Name> {
  readonly #sums = new Map<MetricOf<Name>, number>();

  count(name: MetricOf<Name>, amount: number): void {
    this.#sums.set(name, this.of(name) + amount);
  }

  of(name: MetricOf<Name>): number {
    return this.#sums.get(name) ?? 0;
  }

  flush(): void {
    // There is no CloudWatch to send them to.
  }
}
