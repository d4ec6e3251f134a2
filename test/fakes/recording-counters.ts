import type { Counters } from '../../lambdas/shared/runtime/metrics';

/** Adds up what is counted, by name; a name counted with zero is there with zero. */
export class RecordingCounters implements Counters {
  readonly counts: Record<string, number> = {};
  flushes = 0;

  count(name: string, amount: number): void {
    this.counts[name] = (this.counts[name] ?? 0) + amount;
  }

  flush(): void {
    this.flushes += 1;
  }
}
