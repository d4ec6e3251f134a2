import { Metrics } from '@aws-lambda-powertools/metrics';

/** CloudWatch namespace of every metric this project emits. */
export const METRICS_NAMESPACE = 'MarketplaceSaas';

/** The part of a metrics library a verb uses: a name and how many. Zeros count: an absent metric cannot be alarmed on. */
export interface Counters {
  count(name: string, amount: number): void;
}

/** Counters in CloudWatch's embedded metric format: one data point a name and invocation, written out by `flush`. */
export function createCounters(serviceName: string): Counters & { flush(): void } {
  const metrics = new Metrics({ namespace: METRICS_NAMESPACE, serviceName });
  const sums = new Map<string, number>();
  return {
    count: (name, amount) => {
      sums.set(name, (sums.get(name) ?? 0) + amount);
    },
    flush: () => {
      for (const [name, amount] of sums) metrics.addMetric(name, 'Count', amount);
      sums.clear();
      metrics.publishStoredMetrics();
    },
  };
}
