import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { FIVE_MINUTES, HOUR, QUARTER, type AlarmDesign, type AlarmSources } from './alarm-design';
import type { FunctionName } from '../lambdas/shared/contract/functions';

/** Usage on its way into the ledger. */
export function usageAlarms({ metrics, api }: AlarmSources): AlarmDesign[] {
  return [
    {
      id: 'UsageRefusedAtIntake',
      metric: metrics.metric('UsageEvents.rejected', { period: HOUR }),
      says: 'Usage that the application reported was refused, with a reason; unless it is reported again, it is not billed.',
    },
    {
      id: 'UsageNotStored',
      metric: metrics.metric('UsageEvents.retry', { period: QUARTER }),
      periods: 2,
      says: 'Reported usage cannot be stored; the application is told to send it again.',
    },
    {
      id: 'UsageSetAside',
      metric: metrics.metric('UsageEventsSetAside', { period: HOUR }),
      says: 'Items that an application put into UsageEvents cannot be usage: they are kept, and not billed.',
    },
    {
      id: 'UsageOverwritten',
      metric: metrics.metric('UsageEventsOverwritten', { period: HOUR }),
      says: 'An application put items over usage events: the first version is billed.',
    },
    {
      id: 'ApiErrors',
      metric: api.metricServerErrors({ period: QUARTER }),
      says: 'Calls of the API end in 5xx: buyers or the application meet a fault of ours.',
    },
  ];
}

/** Streams that stand still, and what was given up on. */
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
      says: 'Usage events have not been added up for half an hour; after six the batch is given up and kept in the bucket.',
    },
    {
      id: 'EndingsStreamBehind',
      ...behind('meter-usage', Duration.minutes(10)),
      says: 'The end of a subscription has not been taken up for ten minutes; AWS takes its last hours for an hour.',
    },
    {
      id: 'EntitlementsStreamBehind',
      ...behind('refresh-entitlements', Duration.minutes(30)),
      says: 'Changed subscriptions have not had their entitlements read for half an hour.',
    },
    {
      id: 'NoticesStreamBehind',
      ...behind('publish-notices', Duration.minutes(30)),
      says: 'The application has not been told of changes for half an hour.',
    },
    {
      id: 'NoticesFailing',
      metric: metrics.metric('NoticesFailed', { period: QUARTER }),
      periods: 2,
      says: 'EventBridge has not taken notices to the application for half an hour.',
    },
    {
      id: 'NoticesUnreadable',
      metric: metrics.metric('NoticesUnreadable', { period: HOUR }),
      says: 'The table of notices holds an item that is no notice: somebody else writes to it.',
    },
    {
      id: 'BatchesGivenUp',
      metric: failedBatches.metricBatches({ period: HOUR }),
      says: 'A batch of a stream was given up and is kept in the bucket: it is not in the ledger until it is fed in again.',
    },
    {
      id: 'BatchesLost',
      metric: ofFunction(functions['aggregate-usage'], 'DestinationDeliveryFailures', {
        period: HOUR,
        statistic: Stats.SUM,
      }),
      says: 'A batch of usage events was given up and could not be kept in the bucket.',
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
