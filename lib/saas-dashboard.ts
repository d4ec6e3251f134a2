import { Duration, Stack } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  GraphWidgetView,
  SingleValueWidget,
  Stats,
  TextWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { MetricName, UnitMetricName } from '../lambdas/shared/contract/metrics';
import type { Product, ParsedConfiguration } from '../lambdas/shared/contract/seller-configuration';
import type { AlarmSources } from './alarm-design';
import type { SaasMetrics } from './saas-metrics';

export interface SaasDashboardProps extends AlarmSources {
  readonly configuration: ParsedConfiguration;
  readonly alarms: readonly IAlarm[];
  readonly runbookUrl: string;
}

const WIDTH = 24;
const HEIGHT = 6;
const HOUR = { period: Duration.hours(1) };

/** A dashboard holds 500 widgets. The units of further dimensions are in the metrics, and in `npm run ops -- usage`. */
const DIMENSIONS_SHOWN = 20;

const EXPLANATION = `## AWS Marketplace: used, billed and waiting
Quantities are units of one dimension, in the hour in which they were counted (UTC).
**Used** is counted when an hour is sealed, a few minutes after it ends. **Billed** is what AWS Marketplace accepted.
**Covered** is paid for by a contract. **Waiting** is sealed and has no final answer yet; it is sent again. When a fraction is
carried over to a later hour, less is billed than used. Below is what will not be billed, and why.`;

/** Figures for finance first, graphs for engineers below. */
export class SaasDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, props: SaasDashboardProps) {
    super(scope, id);
    const { configuration, metrics } = props;
    // A name that is known before the alarms are, so that their texts can lead here.
    const dashboardName = dashboardNameOf(metrics);
    this.dashboard = new Dashboard(this, 'Dashboard', { dashboardName, defaultInterval: Duration.days(3) });
    const markdown = `${EXPLANATION}\n[What to do about each](${props.runbookUrl})`;
    this.dashboard.addWidgets(new TextWidget({ markdown, width: WIDTH, height: 4 }));
    for (const product of configuration.products) this.dashboard.addWidgets(...monthRow(product, metrics));
    for (const product of configuration.products) this.dashboard.addWidgets(...unitGraphs(product, metrics));
    this.dashboard.addWidgets(...lossRow(metrics));
    this.dashboard.addWidgets(...waitingRow(metrics));
    this.dashboard.addWidgets(new TextWidget({ markdown: '## For engineers', width: WIDTH, height: 1 }));
    this.dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms: [...props.alarms], width: WIDTH }));
    this.dashboard.addWidgets(...engineersRow(props));
    this.dashboard.addWidgets(...deliveryRow(props));
  }
}

/** Where CloudWatch shows the dashboard of these metrics. */
export function dashboardUrl(scope: Construct, metrics: SaasMetrics): string {
  const { region } = Stack.of(scope);
  const console = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}`;
  return `${console}#dashboards/dashboard/${dashboardNameOf(metrics)}`;
}

/** Dashboards of all regions of an account share their names, as no two stacks share a namespace. */
function dashboardNameOf({ namespace }: SaasMetrics): string {
  return namespace.replaceAll(/[^\w-]/g, '-');
}

/** The month to date as single numbers. */
function monthRow(product: Product, metrics: SaasMetrics): IWidget[] {
  const shown = shownDimensions(product);
  const numbers = (name: UnitMetricName) =>
    shown.map(({ apiName: dimension, unit }, index) =>
      metrics.monthToDate(
        name,
        { productCode: product.productCode, dimension },
        { label: `${dimension} (${unit})`, index },
      ),
    );
  const covered = { title: 'covered by contracts', values: numbers('UnitsCovered') };
  const all = [
    { title: 'billed', values: numbers('UnitsBilled') },
    ...(product.pricingModel === 'subscription' ? [] : [covered]),
    { title: 'used', values: numbers('UnitsUsed') },
  ];
  return all.map(
    ({ title, values }) =>
      new SingleValueWidget({
        title: `${product.name}: ${title} this month (UTC)`,
        metrics: values,
        fullPrecision: true,
        start: '-P31D',
        width: WIDTH / all.length,
        height: HEIGHT / 2,
      }),
  );
}
function unitGraphs(product: Product, metrics: SaasMetrics): IWidget[] {
  const { productCode, name, pricingModel, liveFrom } = product;
  const graphs = shownDimensions(product).map(({ apiName: dimension, unit }) => {
    const line = (metric: UnitMetricName, label: string) =>
      metrics.unitsOf(metric, { productCode, dimension }, { label });
    const covered = pricingModel === 'subscription' ? [] : [line('UnitsCovered', 'covered')];
    const withheld = liveFrom === undefined ? [] : [line('UnitsWithheld', 'withheld')];
    const lines = [
      line('UnitsUsed', 'used'),
      ...covered,
      ...withheld,
      line('UnitsBilled', 'billed'),
      line('UnitsWaiting', 'waiting'),
    ];
    return graph(`${name}: ${dimension} by hour (${unit})`, lines, WIDTH / 3);
  });
  return [
    ...graphs,
    graph(`${name}: hours not billed yet`, [metrics.hoursUnbilledOf(productCode, { label: 'hours' })], 8),
  ];
}

function shownDimensions({ dimensions }: Product): Product['dimensions'] {
  return dimensions.slice(0, DIMENSIONS_SHOWN);
}

function lossRow(metrics: SaasMetrics): IWidget[] {
  const third = WIDTH / 3;
  return [
    graph('Units that will not be billed, and why', [metrics.byReason('UnitsNotBilled', { units: true })], third),
    graph("Units waiting, and AWS's last answer", [metrics.byReason('UnitsWaiting', { units: true })], third),
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
