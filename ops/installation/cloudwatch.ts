import {
  type CloudWatchClient,
  paginateDescribeAlarms,
  paginateGetMetricData,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import type { InstallationParts } from './installation';
import {
  isReading,
  UNIT_METRICS,
  type AlarmThatIsOn,
  type Observation,
  type Times,
  type UnitPoint,
  type UnitQuestion,
  type UnitSeries,
} from './observation';

/** Limits of one call, as in the documentation of GetMetricData and DescribeAlarms. */
const MAX_QUERIES = 500;
const MAX_ALARM_NAMES = 100;

/** The metrics and alarms of a stack in AWS. */
export class CloudWatch implements Observation {
  readonly source = 'CloudWatch';

  constructor(
    private readonly client: CloudWatchClient,
    private readonly parts: Pick<InstallationParts, 'metricsNamespace' | 'alarmNames'>,
  ) {}

  async unitSeries(questions: readonly UnitQuestion[], times: Times): Promise<UnitSeries[]> {
    const series = questions.map((question): UnitSeries => ({ ...question, points: [] }));
    for (let first = 0; first < questions.length; first += MAX_QUERIES)
      await this.#read(series.slice(first, first + MAX_QUERIES), times);
    return series;
  }

  async #read(series: readonly UnitSeries[], { fromMs, toMs, periodSeconds }: Times): Promise<void> {
    const pages = paginateGetMetricData(
      { client: this.client },
      {
        StartTime: new Date(fromMs),
        EndTime: new Date(toMs),
        ScanBy: 'TimestampAscending',
        MetricDataQueries: series.map((each, index) => this.#query(each, { id: `q${index}`, periodSeconds })),
      },
    );
    for await (const { MetricDataResults = [] } of pages)
      for (const { Id = '', Timestamps = [], Values = [] } of MetricDataResults)
        series[Number(Id.slice(1))]?.points.push(
          ...Timestamps.map((time, index): UnitPoint => ({ atMs: time.getTime(), value: Values[index] ?? 0 })),
        );
  }

  #query(
    { productCode, dimension, metric }: UnitQuestion,
    { id, periodSeconds }: { id: string; periodSeconds: number },
  ) {
    const { metricsNamespace: Namespace } = this.parts;
    const MetricName = UNIT_METRICS[metric];
    // What is lost is counted by reason, which are not known in advance.
    if (metric === 'lost') {
      const wanted = `MetricName="${MetricName}" product="${productCode}" dimension="${dimension}"`;
      const search = `{"${Namespace}",dimension,product,reason,service} ${wanted}`;
      return { Id: id, Expression: `SUM(SEARCH('${search}', 'Sum', ${periodSeconds}))` } satisfies MetricDataQuery;
    }
    const Dimensions = Object.entries({ service: 'meter-usage', product: productCode, dimension });
    return {
      Id: id,
      MetricStat: {
        Metric: { Namespace, MetricName, Dimensions: Dimensions.map(([Name, Value]) => ({ Name, Value })) },
        Period: periodSeconds,
        Stat: isReading(metric) ? 'Maximum' : 'Sum',
      },
    } satisfies MetricDataQuery;
  }

  async alarmsThatAreOn(): Promise<AlarmThatIsOn[]> {
    const { alarmNames } = this.parts;
    const on: AlarmThatIsOn[] = [];
    for (let first = 0; first < alarmNames.length; first += MAX_ALARM_NAMES) {
      const AlarmNames = alarmNames.slice(first, first + MAX_ALARM_NAMES);
      const pages = paginateDescribeAlarms({ client: this.client }, { AlarmNames, StateValue: 'ALARM' });
      for await (const { MetricAlarms = [] } of pages)
        for (const { AlarmName = '', AlarmDescription = '', StateUpdatedTimestamp } of MetricAlarms)
          on.push({
            name: AlarmName,
            description: AlarmDescription,
            since: (StateUpdatedTimestamp ?? new Date(0)).toISOString(),
          });
    }
    return on;
  }
}
