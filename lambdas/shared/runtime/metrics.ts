import { Metrics } from '@aws-lambda-powertools/metrics';
import type { FunctionName } from '../contract/functions';
import type { MetricOf } from '../contract/metrics';

/** Dimensions of a metric besides `service`. Each combination is a separate metric in CloudWatch, and costs money. */
export interface About {
  /** The product code. */
  product?: string;
  /** The API name of a dimension of that product: units of two dimensions are never added. */
  dimension?: string;
  /** One of our reasons, or the name of AWS's exception. */
  reason?: string;
}

/** Counts the metrics of a function. Count zeros too, because an alarm cannot watch a missing metric. */
export interface Counters<Name extends FunctionName> {
  count(name: MetricOf<Name>, amount: number, about?: About): void;
}

export interface FlushedCounters<Name extends FunctionName> extends Counters<Name> {
  /** Writes one data point per metric. */
  flush(): void;
}

/**
 * Counters in CloudWatch's embedded metric format: one data point per metric and invocation, written by `flush`. The
 * environment variable POWERTOOLS_METRICS_NAMESPACE is the namespace, which separates two stacks in one account.
 */
export function createCounters<Name extends FunctionName>(serviceName: Name): FlushedCounters<Name> {
  const writers = new Map<string, Metrics>();
  const sums = new Map<string, { writer: Metrics; name: string; sum: number }>();
  const writerOf = ({ product, dimension, reason }: About): Metrics => {
    const given = Object.entries({ product, dimension, reason });
    const dimensions = Object.fromEntries(
      given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
    const key = JSON.stringify(dimensions);
    const writer = writers.get(key) ?? new Metrics({ serviceName, defaultDimensions: dimensions });
    writers.set(key, writer);
    return writer;
  };
  return {
    count: (name, amount, about = {}) => {
      const key = JSON.stringify([name, about.product, about.dimension, about.reason]);
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

/** Metrics whose name ends in `Seconds` are times; all others are counts. */
function unitOf(name: string): 'Seconds' | 'Count' {
  return name.endsWith('Seconds') ? 'Seconds' : 'Count';
}
