import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { serviceOf, type MetricName, type ProductMetricName } from '../lambdas/shared/contract/metrics';

/** What the functions of one `MarketplaceSaas` write into CloudWatch. docs/runbook.md says what each means. */
export class SaasMetrics {
  /**
   * @param namespace - of these metrics alone: two stacks in one account do not mix
   */
  constructor(readonly namespace: string) {}

  /** A metric over all products, by default of five minutes. */
  metric(name: MetricName, options?: MetricOptions): Metric {
    return new Metric({
      namespace: this.namespace,
      metricName: name,
      dimensionsMap: { service: serviceOf(name) },
      statistic: statisticOf(name),
      ...options,
    });
  }

  /** A metric of one product, by default of an hour. */
  ofProduct(name: ProductMetricName, productCode: string, options?: MetricOptions): Metric {
    return new Metric({
      namespace: this.namespace,
      metricName: name,
      dimensionsMap: { service: 'meter-usage', product: productCode },
      statistic: statisticOf(name),
      period: Duration.hours(1),
      ...options,
    });
  }

  /** Whatever there is of a metric that is written by reason, a line each, for a dashboard. */
  byReason(
    name: 'UnitsNotBilled' | 'UnitsWaiting' | 'HoursWaiting' | 'UsageEventsRejected',
    { product = false }: { product?: boolean } = {},
  ): MathExpression {
    const dimensions = ['service', ...(product ? ['product'] : []), 'reason'].join(',');
    const search = `{"${this.namespace}",${dimensions}} MetricName="${name}"`;
    return new MathExpression({
      expression: `SEARCH('${search}', '${statisticOf(name)}', 3600)`,
      usingMetrics: {},
      label: '',
      period: Duration.hours(1),
    });
  }
}

/** What stands at a moment is not added up over the runs that look at it. */
const READINGS = /^(HoursOpen|HoursUnbilled|HoursWaiting|UnitsWaiting)$|Seconds$/;

function statisticOf(name: string): string {
  return READINGS.test(name) ? Stats.MAXIMUM : Stats.SUM;
}
