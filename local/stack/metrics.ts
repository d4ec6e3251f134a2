import * as z from 'zod';
import { parseJson } from './parse-json';

/** One data point, as in CloudWatch. */
export interface MetricPoint {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
  value: number;
  /** Epoch milliseconds, simulated time. */
  atMs: number;
}

export type MetricId = Pick<MetricPoint, 'namespace' | 'name' | 'dimensions'>;

const KEPT_POINTS = 100_000;

/** CloudWatch's embedded metric format: a log line that declares which of its members are metrics. */
const embedded = z.looseObject({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ),
  }),
});
const values = z.union([z.number().transform((value) => [value]), z.array(z.number())]);

/** The metrics of the functions and of the stack itself. The oldest points are dropped first. */
export class Metrics {
  readonly #points = new Map<string, MetricPoint[]>();
  #count = 0;

  put(point: MetricPoint): void {
    const key = keyOf(point);
    const points = this.#points.get(key) ?? [];
    points.push(point);
    this.#points.set(key, points);
    this.#count += 1;
    if (this.#count > KEPT_POINTS) this.#forgetOlderHalf();
  }

  /** Reads the metrics in a function's output and ignores the rest. */
  read(text: string): void {
    for (const line of text.split('\n')) if (line.includes('"_aws"')) this.#readLine(line);
  }

  /** The values of a metric after `fromMs` (exclusive) up to `toMs` (inclusive). */
  valuesOf(metric: MetricId, { fromMs, toMs }: { fromMs: number; toMs: number }): number[] {
    const points = this.#points.get(keyOf(metric)) ?? [];
    return points.filter(({ atMs }) => atMs > fromMs && atMs <= toMs).map(({ value }) => value);
  }

  /** The points of metrics with one of the names, oldest first. */
  points(names: readonly string[]): MetricPoint[] {
    const wanted = new Set(names);
    const points = [...this.#points.values()].flat();
    return points.filter(({ name }) => wanted.has(name)).sort((a, b) => a.atMs - b.atMs);
  }

  /** The latest point of each metric. */
  latest(): MetricPoint[] {
    return [...this.#points.values()].flatMap((points) => points.at(-1) ?? []);
  }

  #readLine(line: string): void {
    const parsed = embedded.safeParse(parseJson(line));
    if (!parsed.success) return;
    const { _aws, ...members } = parsed.data;
    for (const { Namespace: namespace, Dimensions, Metrics } of _aws.CloudWatchMetrics) {
      for (const set of Dimensions) {
        const dimensions = Object.fromEntries(set.map((name) => [name, String(members[name])]));
        for (const { Name: name } of Metrics)
          for (const value of values.parse(members[name]))
            this.put({ namespace, name, dimensions, value, atMs: _aws.Timestamp });
      }
    }
  }

  #forgetOlderHalf(): void {
    for (const [key, points] of this.#points) this.#points.set(key, points.slice(-Math.ceil(points.length / 2)));
    this.#count = [...this.#points.values()].reduce((sum, points) => sum + points.length, 0);
  }
}

function keyOf({ namespace, name, dimensions }: MetricId): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
