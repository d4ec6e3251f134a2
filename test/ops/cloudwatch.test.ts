import { CloudWatchClient, DescribeAlarmsCommand, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { beforeEach, describe, expect, it } from 'vitest';
import { CloudWatch } from '../../ops/installation/cloudwatch';
import { mockClass } from '../fakes/mock-class';

const client = mockClass(CloudWatchClient);
const HOUR = Date.parse('2026-07-14T09:00:00Z');
const times = { fromMs: HOUR, toMs: HOUR + 3_600_000, periodSeconds: 3600 };

beforeEach(() => {
  client.reset();
  client.rejects(new Error('unexpected call'));
});

const cloudWatch = (alarmNames: string[] = []) =>
  new CloudWatch(new CloudWatchClient({ region: 'us-east-1' }), { metricsNamespace: 'Stack', alarmNames });

describe('units from CloudWatch', () => {
  it('are read by dimension, with the statistic that each metric has', async () => {
    client
      .on(GetMetricDataCommand)
      .resolvesOnce({
        NextToken: 'more',
        MetricDataResults: [{ Id: 'q0', Timestamps: [new Date(HOUR)], Values: [241.5] }],
      })
      .resolves({ MetricDataResults: [{ Id: 'q1', Timestamps: [new Date(HOUR)], Values: [2] }] });
    const questions = (['used', 'waiting', 'lost'] as const).map((metric) => ({
      productCode: 'p',
      dimension: 'd',
      metric,
    }));
    const series = await cloudWatch().unitSeries(questions, times);
    expect(series).toEqual([
      { productCode: 'p', dimension: 'd', metric: 'used', points: [{ atMs: HOUR, value: 241.5 }] },
      { productCode: 'p', dimension: 'd', metric: 'waiting', points: [{ atMs: HOUR, value: 2 }] },
      { productCode: 'p', dimension: 'd', metric: 'lost', points: [] },
    ]);
    const [used, waiting, lost] = client.commandCalls(GetMetricDataCommand)[0]?.args[0].input.MetricDataQueries ?? [];
    expect(used?.MetricStat).toMatchObject({ Stat: 'Sum', Period: 3600, Metric: { MetricName: 'UnitsUsed' } });
    expect(used?.MetricStat?.Metric?.Dimensions).toEqual([
      { Name: 'service', Value: 'meter-usage' },
      { Name: 'product', Value: 'p' },
      { Name: 'dimension', Value: 'd' },
    ]);
    // It is read again in each run: the sum of a gauge means nothing.
    expect(waiting?.MetricStat).toMatchObject({ Stat: 'Maximum', Metric: { MetricName: 'UnitsWaiting' } });
    expect(lost?.Expression).toBe(
      `SUM(SEARCH('{"Stack",dimension,product,reason,service} MetricName="UnitsNotBilled" product="p" dimension="d"', 'Sum', 3600))`,
    );
  });

  it('are not asked for without a product', async () => {
    expect(await cloudWatch().unitSeries([], times)).toEqual([]);
  });
});

describe('alarms of the stack', () => {
  it('are asked for by name, a hundred a call, and only those that are on', async () => {
    client.on(DescribeAlarmsCommand).resolves({
      MetricAlarms: [{ AlarmName: 'a', AlarmDescription: 'Says. Runbook: x', StateUpdatedTimestamp: new Date(HOUR) }],
    });
    const names = Array.from({ length: 101 }, (_, n) => `alarm-${n}`);
    const on = await cloudWatch(names).alarmsThatAreOn();
    expect(on).toHaveLength(2);
    expect(on[0]).toEqual({ name: 'a', description: 'Says. Runbook: x', since: '2026-07-14T09:00:00.000Z' });
    const asked = client.commandCalls(DescribeAlarmsCommand).map(({ args }) => args[0].input);
    expect(asked.map(({ AlarmNames }) => AlarmNames?.length)).toEqual([100, 1]);
    expect(asked[0]?.StateValue).toBe('ALARM');
  });
});
