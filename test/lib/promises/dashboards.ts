import { ALARMS } from './alarms';
import type { Promised } from './promised';

interface Widget {
  type: string;
  x: number;
  y: number;
  width: number;
  height: number;
  properties: { title?: string; markdown?: string; alarms?: string[]; metrics?: unknown[][]; yAxis?: object };
}

/** Where it is and what it is called, and then what it shows. A text is held by its first and its last line. */
function widgetLines({ type, x, y, width, height, properties }: Widget): string[] {
  const { title, markdown, alarms, metrics = [], yAxis: _, ...look } = properties;
  const text = markdown?.split('\n') ?? [];
  return [
    `${width} × ${height} at ${x}, ${y}: ${[title ?? text[0], type, ...Object.values(look)].join(', ')}`,
    ...text.slice(1).slice(-1),
    ...(alarms === undefined ? [] : [alarms.join(', ')]),
    ...metrics.map(metricLine),
  ];
}

function metricLine(parts: unknown[]): string {
  const { label = 'no label', expression, ...how } = Object(parts.at(-1));
  const [namespace, ...watched] = parts.slice(0, -1);
  const shown = expression ?? [...(namespace === 'MarketplaceSaas/Saas' ? [] : [namespace]), ...watched].join(' ');
  return `${label}: ${shown} (${Object.values(how).join(', ')})`;
}

const MONTH_TO_DATE =
  'RUNNING_SUM(IF(EPOCH(FILL(units0, 0)) >= MAX(EPOCH(FILL(units0, 0)) - (DAY(FILL(units0, 0)) - 1) * 86400 - HOUR(FILL(units0, 0)) * 3600), FILL(units0, 0), 0))';

/** The page for finance above, for engineers below. */
export const DASHBOARDS: Promised = {
  type: 'AWS::CloudWatch::Dashboard',
  read: ({ Properties: { DashboardName, DashboardBody } }) => {
    const { start, widgets } = JSON.parse(DashboardBody);
    return [`${DashboardName} from ${start}`, ...widgets.flatMap(widgetLines)];
  },
  lines: {
    ObservationDashboard: [
      'MarketplaceSaas-Saas from -P3D',
      '24 × 4 at 0, 0: ## AWS Marketplace: used, billed and waiting, text, transparent',
      '[What to do about each](docs/runbook.md)',
      '12 × 3 at 0, 4: A product: billed this month (UTC), metric, singleValue, AWS::Region, true, -P31D',
      `requests (request): ${MONTH_TO_DATE} (3600)`,
      'no label: UnitsBilled dimension requests product productcode0 service meter-usage (units0, false, 3600, Sum)',
      '12 × 3 at 12, 4: A product: used this month (UTC), metric, singleValue, AWS::Region, true, -P31D',
      `requests (request): ${MONTH_TO_DATE} (3600)`,
      'no label: UnitsUsed dimension requests product productcode0 service meter-usage (units0, false, 3600, Sum)',
      '8 × 6 at 0, 7: A product: requests by hour (request), metric, timeSeries, AWS::Region',
      'used: UnitsUsed dimension requests product productcode0 service meter-usage (3600, Sum)',
      'billed: UnitsBilled dimension requests product productcode0 service meter-usage (3600, Sum)',
      'waiting: UnitsWaiting dimension requests product productcode0 service meter-usage (3600, Maximum)',
      '8 × 6 at 8, 7: A product: hours not billed yet, metric, timeSeries, AWS::Region',
      'hours: HoursUnbilled product productcode0 service meter-usage (3600, Maximum)',
      '8 × 6 at 0, 13: Units that will not be billed, and why, metric, timeSeries, AWS::Region',
      `no label: SEARCH('{"MarketplaceSaas/Saas",service,product,dimension,reason} MetricName="UnitsNotBilled"', 'Sum', 3600) (3600)`,
      "8 × 6 at 8, 13: Units waiting, and AWS's last answer, metric, timeSeries, AWS::Region",
      `no label: SEARCH('{"MarketplaceSaas/Saas",service,product,dimension,reason} MetricName="UnitsWaiting"', 'Maximum', 3600) (3600)`,
      '8 × 6 at 16, 13: Usage events refused at intake, and why, metric, timeSeries, AWS::Region',
      `no label: SEARCH('{"MarketplaceSaas/Saas",service,reason} MetricName="UsageEventsRejected"', 'Sum', 3600) (3600)`,
      '12 × 6 at 0, 19: Age of the oldest unbilled hour (seconds), metric, timeSeries, AWS::Region',
      'no label: OldestUnbilledHourSeconds service meter-usage (Maximum)',
      '12 × 6 at 12, 19: Hours without a payer yet, and why, metric, timeSeries, AWS::Region',
      `no label: SEARCH('{"MarketplaceSaas/Saas",service,reason} MetricName="HoursWaiting"', 'Maximum', 3600) (3600)`,
      '24 × 1 at 0, 25: ## For engineers, text, transparent',
      '24 × 3 at 0, 26: Alarms, alarm',
      Object.keys(ALARMS.lines).join(', '),
      '12 × 6 at 0, 29: Intake, metric, timeSeries, AWS::Region',
      'UsageEvents.accepted: UsageEvents.accepted service record-usage (3600, Sum)',
      'UsageEvents.duplicate: UsageEvents.duplicate service record-usage (3600, Sum)',
      'UsageEvents.rejected: UsageEvents.rejected service record-usage (3600, Sum)',
      'UsageEvents.retry: UsageEvents.retry service record-usage (3600, Sum)',
      'UsageEventsMovedForward: UsageEventsMovedForward service aggregate-usage (3600, Sum)',
      'UsageEventsSetAside: UsageEventsSetAside service aggregate-usage (3600, Sum)',
      'UsageEventsOverwritten: UsageEventsOverwritten service aggregate-usage (3600, Sum)',
      'UsageEventsToRedeliver: UsageEventsToRedeliver service aggregate-usage (3600, Sum)',
      'API 5xx: AWS/ApiGateway 5xx ApiId PublicApi (3600, Sum)',
      '12 × 6 at 12, 29: Metering, metric, timeSeries, AWS::Region',
      'MeteringRuns: MeteringRuns service meter-usage (3600, Sum)',
      'MeteringCalls: MeteringCalls service meter-usage (3600, Sum)',
      'MeteringThrottles: MeteringThrottles service meter-usage (3600, Sum)',
      'MeteringAmbiguous: MeteringAmbiguous service meter-usage (3600, Sum)',
      'MeteringMisconfigured: MeteringMisconfigured service meter-usage (3600, Sum)',
      'Records.accepted: Records.accepted service meter-usage (3600, Sum)',
      'Records.conflict: Records.conflict service meter-usage (3600, Sum)',
      'Records.notSubscribed: Records.notSubscribed service meter-usage (3600, Sum)',
      'Records.refused: Records.refused service meter-usage (3600, Sum)',
      'Records.unprocessed: Records.unprocessed service meter-usage (3600, Sum)',
      'HoursFailed: HoursFailed service meter-usage (3600, Sum)',
      'HoursLeft: HoursLeft service meter-usage (3600, Sum)',
      'HoursOpen: HoursOpen service meter-usage (3600, Maximum)',
      'EndingsFailed: EndingsFailed service meter-usage (3600, Sum)',
      '8 × 6 at 0, 35: Age of the oldest stream record (milliseconds), metric, timeSeries, AWS::Region',
      'aggregate-usage: AWS/Lambda IteratorAge FunctionName UsageTalliesAggregateUsage (Maximum)',
      'meter-usage: AWS/Lambda IteratorAge FunctionName MeteringMeterUsage (Maximum)',
      'refresh-entitlements: AWS/Lambda IteratorAge FunctionName EntitlementsRefreshEntitlements (Maximum)',
      'publish-notices: AWS/Lambda IteratorAge FunctionName NoticesPublishNotices (Maximum)',
      '8 × 6 at 8, 35: Events from AWS Marketplace, metric, timeSeries, AWS::Region',
      'oldest (seconds): AWS/SQS ApproximateAgeOfOldestMessage QueueName SubscriptionsQueue.QueueName (Maximum)',
      'dead letters: AWS/SQS ApproximateNumberOfMessagesVisible QueueName SubscriptionsDeadLetterQueue.QueueName (Maximum)',
      'failed batches: AWS/S3 PutRequests BucketName FailedBatchesBucket FilterId AllObjects (Sum)',
      '8 × 6 at 16, 35: Entitlements and notices, metric, timeSeries, AWS::Region',
      'oldest unanswered check (seconds): OldestUnansweredCheckSeconds service refresh-entitlements (Maximum)',
      'checks unanswered: EntitlementChecksUnanswered service refresh-entitlements (Sum)',
      'notices published: NoticesPublished service publish-notices (Sum)',
      'notices failed: NoticesFailed service publish-notices (Sum)',
    ],
  },
};
