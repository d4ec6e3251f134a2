import { Metrics } from '@aws-lambda-powertools/metrics';

/** Whose number it is, where that matters to whoever reads it: each pair of these is a metric of its own, and costs. */
export interface About {
  /** The product code. */
  product?: string;
  /** Why, in one word: ours, or the name of AWS's exception. */
  reason?: string;
}

/** The part of a metrics library a verb uses: a name and how many. Zeros count: an absent metric cannot be alarmed on. */
export interface Counters {
  count(name: string, amount: number, about?: About): void;
}

/**
 * Counters in CloudWatch's embedded metric format: one data point a metric and invocation, written out by `flush`. The
 * namespace comes from the variable POWERTOOLS_METRICS_NAMESPACE, so that two stacks in one account are told apart.
 */
export function createCounters(serviceName: string): Counters & { flush(): void } {
  const writers = new Map<string, Metrics>();
  const sums = new Map<string, { writer: Metrics; name: string; sum: number }>();
  const writerOf = ({ product, reason }: About): Metrics => {
    const dimensions = { ...(product !== undefined && { product }), ...(reason !== undefined && { reason }) };
    const key = JSON.stringify(dimensions);
    const writer = writers.get(key) ?? new Metrics({ serviceName, defaultDimensions: dimensions });
    writers.set(key, writer);
    return writer;
  };
  return {
    count: (name, amount, about = {}) => {
      const key = JSON.stringify([name, about.product, about.reason]);
      const counted = sums.get(key) ?? { writer: writerOf(about), name, sum: 0 };
      sums.set(key, { ...counted, sum: counted.sum + amount });
    },
    flush: () => {
      for (const { writer, name, sum } of sums.values()) writer.addMetric(name, unitOf(name), sum);
      for (const writer of new Set([...sums.values()].map(({ writer }) => writer))) writer.publishStoredMetrics();
      sums.clear();
    },
  };
}

/** A name says what it is in; all but times are counts. */
function unitOf(name: string): 'Seconds' | 'Count' {
  return name.endsWith('Seconds') ? 'Seconds' : 'Count';
}
