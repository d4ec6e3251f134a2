import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { serviceOf, type MetricName, type ProductMetricName } from '../lambdas/shared/contract/metrics';

/** The CloudWatch metrics that the functions of one `MarketplaceSaas` write. docs/runbook.md explains each of them. */
export class SaasMetrics {
  /**
   * @param namespace - used by these metrics only, so that two stacks in one account do not mix
   */
  constructor(readonly namespace: string) {}

  /** A metric over all products. The default period is five minutes. */
  metric(name: MetricName, options?: MetricOptions): Metric {
    return new Metric({
      namespace: this.namespace,
      metricName: name,
      dimensionsMap: { service: serviceOf(name) },
      statistic: statisticOf(name),
      ...options,
    });
  }

  /** A metric of one product. The default period is one hour. */
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

  /** A metric that is written by reason, as one line per reason for a dashboard. */
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

/** Readings of a current state. Adding them up over several runs would count them several times. */
const READINGS = /^(HoursOpen|HoursUnbilled|HoursWaiting|UnitsWaiting)$|Seconds$/;

function statisticOf(name: string): string {
  return READINGS.test(name) ? Stats.MAXIMUM : Stats.SUM;
}
