import type { FunctionName } from '../../lambdas/shared/contract/functions';
import type { About, FlushedCounters } from '../../lambdas/shared/runtime/metrics';

/**
 * Adds up counts by name, zeros included. A count about a reason, a product or a dimension of it is under `Name.reason`,
 * `Name@product`, `Name@product:dimension` or `Name.reason@product:dimension`.
 */
export class RecordingCounters implements FlushedCounters<FunctionName> {
  readonly counts: Record<string, number> = {};
  flushes = 0;

  count(name: string, amount: number, { product, dimension, reason }: About = {}): void {
    const owner = [product, dimension].filter((part) => part !== undefined).join(':');
    const key = `${name}${reason === undefined ? '' : `.${reason}`}${owner === '' ? '' : `@${owner}`}`;
    this.counts[key] = (this.counts[key] ?? 0) + amount;
  }

  flush(): void {
    this.flushes += 1;
  }
}
