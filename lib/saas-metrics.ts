import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { serviceOf, type MetricName, type UnitMetricName } from '../lambdas/shared/contract/metrics';

/** A dimension of a product, as the configuration names it. */
export interface UnitsSource {
  /** The product's code. */
  readonly productCode: string;
  /** The API name. */
  readonly dimension: string;
}

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

  /** The hours of a product that should be billed by now. The default period is one hour. */
  hoursUnbilledOf(productCode: string, options?: MetricOptions): Metric {
    return this.#hourly('HoursUnbilled', { product: productCode }, options);
  }

  /** Units of one dimension of a product. The default period is one hour. */
  unitsOf(name: UnitMetricName, { productCode, dimension }: UnitsSource, options?: MetricOptions): Metric {
    return this.#hourly(name, { product: productCode, dimension }, options);
  }

  #hourly(name: MetricName, about: Record<string, string>, options?: MetricOptions): Metric {
    return new Metric({
      namespace: this.namespace,
      metricName: name,
      dimensionsMap: { service: 'meter-usage', ...about },
      statistic: statisticOf(name),
      period: Duration.hours(1),
      ...options,
    });
  }

  /**
   * Units of one dimension since the UTC month began. It needs a widget that starts a month ago, and ends with the sum.
   * @param line - its label, and its place among the lines of the widget
   */
  monthToDate(name: UnitMetricName, source: UnitsSource, line: { label: string; index: number }): MathExpression {
    const id = `units${line.index}`;
    const units = `FILL(${id}, 0)`;
    const monthStart = `MAX(EPOCH(${units}) - (DAY(${units}) - 1) * 86400 - HOUR(${units}) * 3600)`;
    return new MathExpression({
      expression: `RUNNING_SUM(IF(EPOCH(${units}) >= ${monthStart}, ${units}, 0))`,
      usingMetrics: { [id]: this.unitsOf(name, source) },
      label: line.label,
      period: Duration.hours(1),
    });
  }

  /** A metric that is written by reason, as one line per reason for a dashboard. */
  byReason(
    name: 'UnitsNotBilled' | 'UnitsWaiting' | 'HoursWaiting' | 'UsageEventsRejected',
    { units = false }: { units?: boolean } = {},
  ): MathExpression {
    const dimensions = ['service', ...(units ? ['product', 'dimension'] : []), 'reason'].join(',');
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
const READINGS: ReadonlySet<string> = new Set(['HoursOpen', 'HoursUnbilled', 'HoursWaiting', 'UnitsWaiting']);

function statisticOf(name: string): string {
  return READINGS.has(name) || name.endsWith('Seconds') ? Stats.MAXIMUM : Stats.SUM;
}
