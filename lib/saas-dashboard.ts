import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  GraphWidgetView,
  Stats,
  TextWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { MetricName } from '../lambdas/shared/contract/metrics';
import type { Product, SellerConfiguration } from '../lambdas/shared/contract/seller-configuration';
import type { AlarmSources } from './alarm-design';
import type { SaasMetrics } from './saas-metrics';

export interface SaasDashboardProps extends AlarmSources {
  readonly configuration: SellerConfiguration;
  readonly alarms: readonly IAlarm[];
}

const WIDTH = 24;
const HEIGHT = 6;
const HOUR = { period: Duration.hours(1) };

const EXPLANATION = `## AWS Marketplace: used, billed and waiting
Quantities are units, added up over all dimensions of a product, in the hour in which they were counted (UTC).
**Used** is counted when an hour is sealed, a few minutes after it ends. **Billed** is what AWS Marketplace accepted.
**Covered** is paid for by a contract. **Waiting** is sealed and has no final answer yet; it is sent again. When a fraction is
carried over to a later hour, less is billed than used. The next row shows what will not be billed, and why.
\`docs/runbook.md\` says what to do about each.`;

/** Figures for finance first, graphs for engineers below. */
export class SaasDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, props: SaasDashboardProps) {
    super(scope, id);
    const { configuration, metrics } = props;
    this.dashboard = new Dashboard(this, 'Dashboard', { defaultInterval: Duration.days(3) });
    this.dashboard.addWidgets(new TextWidget({ markdown: EXPLANATION, width: WIDTH, height: 4 }));
    for (const product of configuration.products) this.dashboard.addWidgets(...productRow(product, metrics));
    this.dashboard.addWidgets(...lossRow(metrics));
    this.dashboard.addWidgets(...waitingRow(metrics));
    this.dashboard.addWidgets(new TextWidget({ markdown: '## For engineers', width: WIDTH, height: 1 }));
    this.dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms: [...props.alarms], width: WIDTH }));
    this.dashboard.addWidgets(...engineersRow(props));
    this.dashboard.addWidgets(...deliveryRow(props));
  }
}

function productRow({ productCode, name, pricingModel }: Product, metrics: SaasMetrics): IWidget[] {
  const used = metrics.ofProduct('UnitsUsed', productCode, { label: 'used' });
  const billed = metrics.ofProduct('UnitsBilled', productCode, { label: 'billed' });
  const covered = metrics.ofProduct('UnitsCovered', productCode, { label: 'covered' });
  const waiting = metrics.ofProduct('UnitsWaiting', productCode, { label: 'waiting' });
  return [
    graph(`${name}: units by hour`, [used, billed, ...(pricingModel === 'subscription' ? [] : [covered]), waiting], 16),
    graph(`${name}: hours not billed yet`, [metrics.ofProduct('HoursUnbilled', productCode, { label: 'hours' })], 8),
  ];
}

function lossRow(metrics: SaasMetrics): IWidget[] {
  const third = WIDTH / 3;
  return [
    graph('Units that will not be billed, and why', [metrics.byReason('UnitsNotBilled', { product: true })], third),
    graph("Units waiting, and AWS's last answer", [metrics.byReason('UnitsWaiting', { product: true })], third),
    graph('Usage events refused at intake, and why', [metrics.byReason('UsageEventsRejected')], third),
  ];
}

function waitingRow(metrics: SaasMetrics): IWidget[] {
  const half = WIDTH / 2;
  return [
    graph('Age of the oldest unbilled hour (seconds)', [metrics.metric('OldestUnbilledHourSeconds')], half),
    graph('Hours without a payer yet, and why', [metrics.byReason('HoursWaiting')], half),
  ];
}

function engineersRow({ metrics, api }: SaasDashboardProps): IWidget[] {
  const all = (...names: MetricName[]) => names.map((name) => metrics.metric(name, { ...HOUR, label: name }));
  const half = WIDTH / 2;
  return [
    graph(
      'Intake',
      [
        ...all('UsageEvents.accepted', 'UsageEvents.duplicate', 'UsageEvents.rejected', 'UsageEvents.retry'),
        ...all('UsageEventsMovedForward', 'UsageEventsSetAside', 'UsageEventsOverwritten', 'UsageEventsToRedeliver'),
        api.metricServerErrors({ ...HOUR, label: 'API 5xx' }),
      ],
      half,
    ),
    graph(
      'Metering',
      [
        ...all('MeteringRuns', 'MeteringCalls', 'MeteringThrottles', 'MeteringAmbiguous', 'MeteringMisconfigured'),
        ...all('Records.accepted', 'Records.conflict', 'Records.notSubscribed', 'Records.refused'),
        ...all('Records.unprocessed', 'HoursFailed', 'HoursLeft', 'HoursOpen', 'EndingsFailed'),
      ],
      half,
    ),
  ];
}

function deliveryRow(props: SaasDashboardProps): IWidget[] {
  const { metrics, queue, deadLetterQueue, failedBatches, functions } = props;
  const ages = (['aggregate-usage', 'meter-usage', 'refresh-entitlements', 'publish-notices'] as const).map((verb) =>
    functions[verb].metric('IteratorAge', { statistic: Stats.MAXIMUM, label: verb }),
  );
  const third = WIDTH / 3;
  return [
    graph('Age of the oldest stream record (milliseconds)', ages, third),
    graph(
      'Events from AWS Marketplace',
      [
        queue.metricApproximateAgeOfOldestMessage({ label: 'oldest (seconds)' }),
        deadLetterQueue.metricApproximateNumberOfMessagesVisible({ label: 'dead letters' }),
        failedBatches.metricBatches({ label: 'failed batches' }),
      ],
      third,
    ),
    graph(
      'Entitlements and notices',
      [
        metrics.metric('OldestUnansweredCheckSeconds', { label: 'oldest unanswered check (seconds)' }),
        metrics.metric('EntitlementChecksUnanswered', { label: 'checks unanswered' }),
        metrics.metric('NoticesPublished', { label: 'notices published' }),
        metrics.metric('NoticesFailed', { label: 'notices failed' }),
      ],
      third,
    ),
  ];
}

function graph(title: string, left: IMetric[], width: number): GraphWidget {
  return new GraphWidget({ title, left, width, height: HEIGHT, view: GraphWidgetView.TIME_SERIES });
}
