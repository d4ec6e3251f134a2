import * as z from 'zod';
import { parseMetricMath } from './metric-math';
import type { MetricId, Metrics } from './metrics';

export interface AlarmState {
  name: string;
  state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  /** ISO 8601, simulated time: when it was first seen in this state. */
  since: string;
  /** One, or those of its expression. */
  metrics: MetricId[];
  /** The values that decided the state, latest period first; null for a period without data. */
  values: (number | null)[];
  description: string;
  /** The path of its section in the runbook. */
  runbook: string | undefined;
}

const seriesSchema = z.object({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
});
const statisticSchema = z.enum(['Sum', 'Maximum', 'Minimum', 'Average', 'SampleCount']);
type Statistic = z.infer<typeof statisticSchema>;

/** A metric, the statistic over a period, and its id in an expression. */
interface Series {
  id: string;
  metric: MetricId;
  periodMs: number;
  statistic: Statistic;
}

const plainSchema = seriesSchema.extend({ Statistic: statisticSchema, Period: z.coerce.number() });
const mathSchema = z.object({
  Metrics: z.array(
    z.union([
      z.object({ Id: z.string(), Expression: z.string().transform(parseMetricMath) }),
      z.object({
        Id: z.string(),
        MetricStat: z.object({ Metric: seriesSchema, Period: z.coerce.number(), Stat: statisticSchema }),
        ReturnData: z.literal(false),
      }),
    ]),
  ),
});

const rulesSchema = z.object({
  AlarmDescription: z.string().default(''),
  EvaluationPeriods: z.coerce.number(),
  DatapointsToAlarm: z.coerce.number().optional(),
  Threshold: z.coerce.number(),
  ComparisonOperator: z.enum([
    'GreaterThanOrEqualToThreshold',
    'GreaterThanThreshold',
    'LessThanOrEqualToThreshold',
    'LessThanThreshold',
  ]),
  TreatMissingData: z.enum(['breaching', 'notBreaching', 'ignore', 'missing']).default('missing'),
});

/** What an alarm reads: the series, and how the values of a period become one. */
const readingSchema = z.union(
  [
    plainSchema.transform((plain) => {
      const series = [toSeries('value', plain, plain.Statistic)];
      return { series, value: parseMetricMath('value') };
    }),
    mathSchema.transform(({ Metrics: parts }, context) => {
      const [expression, ...more] = parts.flatMap((part) => ('Expression' in part ? [part.Expression] : []));
      if (expression === undefined || more.length > 0) {
        context.addIssue('the local stack supports only one expression');
        return z.NEVER;
      }
      const series = parts.flatMap((part) =>
        'MetricStat' in part
          ? [toSeries(part.Id, { ...part.MetricStat.Metric, Period: part.MetricStat.Period }, part.MetricStat.Stat)]
          : [],
      );
      return { series, value: expression };
    }),
  ],
  'the local stack supports only alarms on one metric, or on one expression of metrics',
);
const propertiesSchema = z.intersection(rulesSchema, readingSchema);
type Definition = z.infer<typeof propertiesSchema>;

export interface AlarmsOptions {
  metrics: Metrics;
  /** Simulated time. */
  now(): number;
}

/** The alarms of the template, evaluated on request from periods that end at that moment. */
export class Alarms {
  readonly #alarms: { name: string; definition: Definition; state: AlarmState['state']; sinceMs: number }[];
  readonly #options: AlarmsOptions;

  constructor(resources: readonly { name: string; properties: unknown }[], options: AlarmsOptions) {
    this.#options = options;
    this.#alarms = resources.map(({ name, properties }) => ({
      name,
      definition: propertiesSchema.parse(properties),
      state: 'INSUFFICIENT_DATA',
      sinceMs: options.now(),
    }));
  }

  /** Evaluates every alarm. Where the metric decides nothing, the last state stays. */
  list(): AlarmState[] {
    const nowMs = this.#options.now();
    return this.#alarms.map((alarm) => {
      const { name, definition } = alarm;
      const values = this.#valuesOf(definition, nowMs);
      const state = decide(definition, values) ?? alarm.state;
      if (state !== alarm.state) Object.assign(alarm, { state, sinceMs: nowMs });
      return {
        name,
        state,
        since: new Date(alarm.sinceMs).toISOString(),
        metrics: definition.series.map(({ metric }) => metric),
        values,
        description: definition.AlarmDescription,
        runbook: /Runbook: (\S+)/.exec(definition.AlarmDescription)?.[1],
      };
    });
  }

  #valuesOf({ EvaluationPeriods, series, value }: Definition, nowMs: number): (number | null)[] {
    return Array.from({ length: EvaluationPeriods }, (_, period) => {
      const readings = series.map(({ id, metric, periodMs, statistic }): [string, number | undefined] => {
        const toMs = nowMs - period * periodMs;
        const values = this.#options.metrics.valuesOf(metric, { fromMs: toMs - periodMs, toMs });
        return [id, values.length === 0 ? undefined : STATISTICS[statistic](values)];
      });
      return value(Object.fromEntries(readings)) ?? null;
    });
  }
}

function toSeries(
  id: string,
  { Namespace, MetricName, Dimensions, Period }: z.infer<typeof seriesSchema> & { Period: number },
  statistic: Statistic,
): Series {
  const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
  const metric = { namespace: Namespace, name: MetricName, dimensions };
  return { id, metric, periodMs: Period * 1000, statistic };
}

const STATISTICS: Record<Statistic, (values: number[]) => number> = {
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
  Maximum: (values) => Math.max(...values),
  Minimum: (values) => Math.min(...values),
  Average: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  SampleCount: (values) => values.length,
};

const COMPARISONS: Record<Definition['ComparisonOperator'], (value: number, threshold: number) => boolean> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
};

/** @returns undefined when the state does not change. */
function decide(definition: Definition, values: (number | null)[]): AlarmState['state'] | undefined {
  const { ComparisonOperator, Threshold, TreatMissingData, EvaluationPeriods, DatapointsToAlarm } = definition;
  const breaches = values.map((value) => {
    if (value === null) return TreatMissingData === 'breaching';
    return COMPARISONS[ComparisonOperator](value, Threshold);
  });
  if (breaches.filter(Boolean).length >= (DatapointsToAlarm ?? EvaluationPeriods)) return 'ALARM';
  if (values.some((value) => value !== null)) return 'OK';
  switch (TreatMissingData) {
    case 'ignore':
      return undefined;
    case 'missing':
      return 'INSUFFICIENT_DATA';
    default:
      return 'OK';
  }
}
