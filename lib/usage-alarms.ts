import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { FIVE_MINUTES, HOUR, QUARTER, type AlarmDesign, type AlarmSources } from './alarm-design';
import type { FunctionName } from '../lambdas/shared/contract/functions';

/** Usage events before they reach the ledger, and the API that takes them. */
export function usageAlarms({ metrics, api }: AlarmSources): AlarmDesign[] {
  return [
    {
      id: 'UsageRefusedAtIntake',
      metric: metrics.metric('UsageEvents.rejected', { period: HOUR }),
      says: 'Usage that the application reported was refused, with a reason. It is not billed unless it is corrected and reported again.',
    },
    {
      id: 'UsageNotStored',
      metric: metrics.metric('UsageEvents.retry', { period: QUARTER }),
      periods: 2,
      says: 'Reported usage cannot be stored. The application is told to send it again.',
    },
    {
      id: 'UsageSetAside',
      metric: metrics.metric('UsageEventsSetAside', { period: HOUR }),
      says: 'An application put items into UsageEvents that are not valid usage. They are kept and not billed.',
    },
    {
      id: 'UsageOverwritten',
      metric: metrics.metric('UsageEventsOverwritten', { period: HOUR }),
      says: 'An application overwrote usage events. Only the first version of each is billed.',
    },
    {
      id: 'ApiErrors',
      metric: api.metricServerErrors({ period: QUARTER }),
      says: 'The API answers with 5xx: buyers or the application get errors that this stack causes.',
    },
  ];
}

/** Streams that fall behind, and batches whose retries are exhausted. */
export function streamAlarms(sources: AlarmSources): AlarmDesign[] {
  const { failedBatches, functions, metrics } = sources;
  const behind = (verb: FunctionName, most: Duration) => ({
    metric: ofFunction(functions[verb], 'IteratorAge', { period: FIVE_MINUTES, statistic: Stats.MAXIMUM }),
    threshold: most.toMilliseconds(),
  });
  return [
    {
      id: 'UsageStreamBehind',
      ...behind('aggregate-usage', Duration.minutes(30)),
      says: 'Aggregation of usage events is half an hour behind. After six hours the batch is moved to the failed-batches bucket.',
    },
    {
      id: 'EndingsStreamBehind',
      ...behind('meter-usage', Duration.minutes(10)),
      says: 'The end of a subscription has not been handled for ten minutes. AWS accepts its last hours for an hour.',
    },
    {
      id: 'EntitlementsStreamBehind',
      ...behind('refresh-entitlements', Duration.minutes(30)),
      says: 'The entitlements of changed subscriptions have not been read for half an hour.',
    },
    {
      id: 'NoticesStreamBehind',
      ...behind('publish-notices', Duration.minutes(30)),
      says: 'Notices have not been published to the application for half an hour.',
    },
    {
      id: 'NoticesFailing',
      metric: metrics.metric('NoticesFailed', { period: QUARTER }),
      periods: 2,
      says: 'EventBridge has not accepted notices for half an hour.',
    },
    {
      id: 'NoticesUnreadable',
      metric: metrics.metric('NoticesUnreadable', { period: HOUR }),
      says: 'The Notices table holds an item that is not a notice: something else writes to the table.',
    },
    {
      id: 'BatchesGivenUp',
      metric: failedBatches.metricBatches({ period: HOUR }),
      says: 'A stream batch exhausted its retries and is kept in the failed-batches bucket. Redrive it to process it.',
    },
    {
      id: 'BatchesLost',
      metric: ofFunction(functions['aggregate-usage'], 'DestinationDeliveryFailures', {
        period: HOUR,
        statistic: Stats.SUM,
      }),
      says: 'A batch of usage events exhausted its retries and could not be written to the failed-batches bucket.',
    },
  ];
}

function ofFunction(
  fn: IFunction,
  metricName: 'IteratorAge' | 'DestinationDeliveryFailures',
  options: { period: Duration; statistic: string },
): Metric {
  const dimensionsMap = { FunctionName: fn.functionName };
  return new Metric({ namespace: 'AWS/Lambda', metricName, dimensionsMap, ...options });
}
