import { Duration } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { FailedBatches } from './failed-batches';
import type { FunctionName } from '../lambdas/shared/contract/functions';
import type { PublicApi } from './public-api';
import type { SaasMetrics } from './saas-metrics';

/** What is watched. */
export interface AlarmSources {
  readonly metrics: SaasMetrics;
  readonly api: PublicApi;
  /** AWS Marketplace's events on their way to `follow-agreement`. */
  readonly queue: IQueue;
  readonly deadLetterQueue: IQueue;
  readonly failedBatches: FailedBatches;
  readonly functions: Readonly<Record<FunctionName, IFunction>>;
}

/** One way in which money can get stuck, or buyers kept out. */
export interface AlarmDesign {
  /** Names the alarm, and in kebab case its section of docs/runbook.md. */
  readonly id: string;
  readonly metric: Metric;
  /** What it says to somebody who is woken by it: one sentence. */
  readonly says: string;
  /**
   * At this number or above it is on; for a heartbeat, below it.
   *
   * @default 1
   */
  readonly threshold?: number;
  /**
   * How many periods in a row.
   *
   * @default 1
   */
  readonly periods?: number;
  /**
   * What the metric is. `events`: nothing written means that nothing happened. `reading`: nothing written means that
   * nobody looked, and what was seen last stands. `heartbeat`: nothing written is what it is there for.
   *
   * @default 'events'
   */
  readonly kind?: 'events' | 'reading' | 'heartbeat';
}

export const FIVE_MINUTES = Duration.minutes(5);
/** Three runs of what is scheduled every five minutes. */
export const QUARTER = Duration.minutes(15);
/** What happens once shall not be over before somebody has looked; and what AWS refuses is tried again within an hour. */
export const HOUR = Duration.hours(1);
