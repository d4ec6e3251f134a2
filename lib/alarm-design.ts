import { Duration } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { FailedBatches } from './failed-batches';
import type { FunctionName } from '../lambdas/shared/contract/functions';
import type { PublicApi } from './public-api';
import type { SaasMetrics } from './saas-metrics';

/** Everything that alarms and the dashboard read. */
export interface AlarmSources {
  readonly metrics: SaasMetrics;
  readonly api: PublicApi;
  /** Holds events of AWS Marketplace for `follow-agreement`. */
  readonly queue: IQueue;
  readonly deadLetterQueue: IQueue;
  readonly failedBatches: FailedBatches;
  readonly functions: Readonly<Record<FunctionName, IFunction>>;
}

/** One way that billing can get stuck or buyers cannot register. */
export interface AlarmDesign {
  /** The alarm's construct id. In kebab case it is the anchor of its section in docs/runbook.md. */
  readonly id: string;
  readonly metric: IMetric;
  /** What it tells the engineer on call, in one or two short sentences. */
  readonly says: string;
  /**
   * The alarm is on at or above this value. A heartbeat's alarm is on below it.
   *
   * @default 1
   */
  readonly threshold?: number;
  /**
   * How many consecutive periods must breach.
   *
   * @default 1
   */
  readonly periods?: number;
  /**
   * What missing data means. `events`: nothing happened. `reading`: nobody measured, so the last state stands.
   * `heartbeat`: the thing that should run does not.
   *
   * @default 'events'
   */
  readonly kind?: 'events' | 'reading' | 'heartbeat';
}

export const FIVE_MINUTES = Duration.minutes(5);
/** Three runs of a five-minute schedule. */
export const QUARTER = Duration.minutes(15);
/** Keeps an alarm about a single event on long enough to be seen. A refused record is retried within this time. */
export const HOUR = Duration.hours(1);
