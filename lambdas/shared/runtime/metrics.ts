import { Metrics } from '@aws-lambda-powertools/metrics';
import type { FunctionName } from '../contract/functions';
import type { MetricOf } from '../contract/metrics';

/** Whose number it is, where its reader needs to know: each pair of these is a metric of its own, and costs. */
export interface About {
  /** The product code. */
  product?: string;
  /** One word: ours, or the name of AWS's exception. */
  reason?: string;
}

/** Counts the metrics of a function. Zeros count: an absent metric cannot raise an alarm. */
export interface Counters<Name extends FunctionName> {
  count(name: MetricOf<Name>, amount: number, about?: About): void;
}

export interface FlushedCounters<Name extends FunctionName> extends Counters<Name> {
  /** Writes out one data point for each metric. */
  flush(): void;
}

/**
 * Counters in CloudWatch's embedded metric format: one data point per metric and invocation, written by `flush`. The
 * namespace comes from the variable POWERTOOLS_METRICS_NAMESPACE, which tells two stacks in one account apart.
 */
export function createCounters<Name extends FunctionName>(serviceName: Name): FlushedCounters<Name> {
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

/** The name says what it is in; all but times are counts. */
function unitOf(name: string): 'Seconds' | 'Count' {
  return name.endsWith('Seconds') ? 'Seconds' : 'Count';
}
