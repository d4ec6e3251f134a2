import type { FunctionName } from '../../lambdas/shared/contract/functions';
import type { About, FlushedCounters } from '../../lambdas/shared/runtime/metrics';

/**
 * Adds up counts by name, zeros included. A count about a reason or a product is under `Name.reason`, `Name@product` or
 * `Name.reason@product`.
 */
export class RecordingCounters implements FlushedCounters<FunctionName> {
  readonly counts: Record<string, number> = {};
  flushes = 0;

  count(name: string, amount: number, { product, reason }: About = {}): void {
    const key = `${name}${reason === undefined ? '' : `.${reason}`}${product === undefined ? '' : `@${product}`}`;
    this.counts[key] = (this.counts[key] ?? 0) + amount;
  }

  flush(): void {
    this.flushes += 1;
  }
}
