/** Units of one dimension in one hour or day. */
export interface UnitPoint {
  /** The start of the hour or day, epoch milliseconds. */
  atMs: number;
  value: number;
}

/** What the functions measure of units. `lost` will not be billed. */
export const UNIT_METRICS = {
  used: 'UnitsUsed',
  covered: 'UnitsCovered',
  billed: 'UnitsBilled',
  waiting: 'UnitsWaiting',
  lost: 'UnitsNotBilled',
} as const;
export type UnitMetric = keyof typeof UNIT_METRICS;

/** Waiting is read again in each run, so its runs do not add up. */
export const isReading = (metric: UnitMetric): boolean => metric === 'waiting';

export interface UnitQuestion {
  productCode: string;
  /** The API name. */
  dimension: string;
  metric: UnitMetric;
}

export interface Times {
  fromMs: number;
  toMs: number;
  periodSeconds: number;
}

/** The points of one question, the oldest first. A time without a point had none. */
export type UnitSeries = UnitQuestion & { points: UnitPoint[] };

export interface AlarmThatIsOn {
  name: string;
  /** ISO 8601 UTC. */
  since: string;
  /** Ends with the path of its section in the runbook. */
  description: string;
}

/** Metrics and alarms of an installation: CloudWatch's, or the local stack's. */
export interface Observation {
  /** Who measured, for people. */
  source: string;
  unitSeries(questions: readonly UnitQuestion[], times: Times): Promise<UnitSeries[]>;
  alarmsThatAreOn(): Promise<AlarmThatIsOn[]>;
}
