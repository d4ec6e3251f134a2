import * as z from 'zod';
import type { MetricId, Metrics } from './metrics';

export interface AlarmState {
  name: string;
  state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  /** ISO 8601, simulated time: when it was first seen in this state. */
  since: string;
  metric: MetricId;
  /** The values that decided the state, latest period first; null for a period without data. */
  values: (number | null)[];
  description: string;
  /** The path of its section in the runbook. */
  runbook: string | undefined;
}

const propertiesSchema = z.object({
  AlarmDescription: z.string().default(''),
  Namespace: z.string('the local stack supports only alarms on one metric'),
  MetricName: z.string(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
  Statistic: z.enum(['Sum', 'Maximum', 'Minimum', 'Average', 'SampleCount']),
  Period: z.coerce.number(),
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
        metric: toMetric(definition),
        values,
        description: definition.AlarmDescription,
        runbook: /Runbook: (\S+)/.exec(definition.AlarmDescription)?.[1],
      };
    });
  }

  #valuesOf(definition: Definition, nowMs: number): (number | null)[] {
    const { Period, EvaluationPeriods, Statistic } = definition;
    return Array.from({ length: EvaluationPeriods }, (_, period) => {
      const toMs = nowMs - period * Period * 1000;
      const values = this.#options.metrics.valuesOf(toMetric(definition), { fromMs: toMs - Period * 1000, toMs });
      return values.length === 0 ? null : STATISTICS[Statistic](values);
    });
  }
}

function toMetric({ Namespace, MetricName, Dimensions }: Definition): MetricId {
  const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
  return { namespace: Namespace, name: MetricName, dimensions };
}

const STATISTICS: Record<Definition['Statistic'], (values: number[]) => number> = {
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
