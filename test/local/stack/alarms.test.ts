import { beforeEach, describe, expect, it } from 'vitest';
import { Alarms } from '../../../local/stack/alarms';
import { Metrics } from '../../../local/stack/metrics';
import { SettableClock } from '../../fakes/settable-clock';

const MINUTE_MS = 60_000;
const NOON_MS = Date.parse('2030-01-01T12:00:00Z');
const METRIC = { namespace: 'Ours', name: 'Failures', dimensions: { service: 'a' } };

let metrics: Metrics;
let clock: SettableClock;

beforeEach(() => {
  metrics = new Metrics();
  clock = new SettableClock(NOON_MS);
});

function givenAlarm(overrides: Record<string, unknown> = {}) {
  const properties = {
    AlarmDescription: 'Something failed. Runbook: docs/runbook.md#failures',
    Namespace: 'Ours',
    MetricName: 'Failures',
    Dimensions: [{ Name: 'service', Value: 'a' }],
    Statistic: 'Sum',
    Period: 300,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
    ...overrides,
  };
  const alarms = new Alarms([{ name: 'Failing', properties }], { metrics, now: () => clock.now() });
  return () => alarms.list()[0];
}

const put = (value: number, { minutesAgo = 0, ...other }: { minutesAgo?: number; name?: string } = {}) =>
  metrics.put({ ...METRIC, ...other, value, atMs: clock.now() - minutesAgo * MINUTE_MS });

describe('an alarm of the local stack', () => {
  it('starts an alarm at its threshold and ends it one period later', () => {
    const alarm = givenAlarm();
    expect(alarm()).toMatchObject({ state: 'OK', runbook: 'docs/runbook.md#failures' });
    put(1);
    expect(alarm()).toMatchObject({ state: 'ALARM', since: '2030-01-01T12:00:00.000Z', values: [1] });
    clock.set(NOON_MS + 2 * MINUTE_MS);
    expect(alarm()).toMatchObject({ state: 'ALARM', since: '2030-01-01T12:00:00.000Z' });
    clock.set(NOON_MS + 5 * MINUTE_MS);
    expect(alarm()).toMatchObject({ state: 'OK', since: '2030-01-01T12:05:00.000Z', values: [null] });
  });

  it('ignores other metrics in an alarm', () => {
    const alarm = givenAlarm();
    put(1, { name: 'Others' });
    expect(alarm()).toMatchObject({ state: 'OK', values: [null] });
  });

  it.each([
    ['Sum', 6],
    ['Maximum', 4],
    ['Minimum', 2],
    ['Average', 3],
    ['SampleCount', 2],
  ])('evaluates an alarm with the statistic %s', (Statistic, value) => {
    const alarm = givenAlarm({ Statistic });
    put(2, { minutesAgo: 1 });
    put(4);
    expect(alarm()?.values).toEqual([value]);
  });

  it('starts an alarm only after as many consecutive periods as it asks for', () => {
    const alarm = givenAlarm({ EvaluationPeriods: 2 });
    put(1);
    expect(alarm()).toMatchObject({ state: 'OK', values: [1, null] });
    put(1, { minutesAgo: 7 });
    expect(alarm()).toMatchObject({ state: 'ALARM', values: [1, 1] });
  });

  it('starts an alarm when a heartbeat is missing', () => {
    const alarm = givenAlarm({ ComparisonOperator: 'LessThanThreshold', TreatMissingData: 'breaching' });
    expect(alarm()?.state).toBe('ALARM');
    put(1);
    expect(alarm()?.state).toBe('OK');
    clock.set(NOON_MS + 6 * MINUTE_MS);
    expect(alarm()?.state).toBe('ALARM');
  });

  it('keeps the state of an alarm on a reading until there is a new reading', () => {
    const alarm = givenAlarm({ TreatMissingData: 'ignore', Statistic: 'Maximum' });
    expect(alarm()?.state).toBe('INSUFFICIENT_DATA');
    put(1);
    expect(alarm()?.state).toBe('ALARM');
    clock.set(NOON_MS + 60 * MINUTE_MS);
    expect(alarm()?.state).toBe('ALARM');
    put(0);
    expect(alarm()?.state).toBe('OK');
  });

  it('has insufficient data for an alarm without data or a rule for missing data', () => {
    expect(givenAlarm({ TreatMissingData: undefined })()?.state).toBe('INSUFFICIENT_DATA');
  });

  it('evaluates an expression of metrics in each period', () => {
    const stat = (Id: string, MetricName: string) => {
      const Metric = { Namespace: 'Ours', MetricName, Dimensions: [{ Name: 'service', Value: 'a' }] };
      return { Id, ReturnData: false, MetricStat: { Metric, Period: 300, Stat: 'Sum' } };
    };
    const Metrics = [{ Id: 'share', Expression: 'a / b' }, stat('a', 'Failures'), stat('b', 'Calls')];
    const alarm = givenAlarm({
      Namespace: undefined,
      MetricName: undefined,
      Metrics,
      Threshold: 0.5,
      EvaluationPeriods: 2,
    });
    put(1, { minutesAgo: 6 });
    put(2, { minutesAgo: 6, name: 'Calls' });
    put(3);
    expect(alarm()).toMatchObject({ state: 'OK', values: [null, 0.5] });
    put(4, { name: 'Calls' });
    expect(alarm()).toMatchObject({ state: 'ALARM', values: [0.75, 0.5] });
  });

  it('refuses an alarm that is neither on a metric nor on one expression', () => {
    expect(() => givenAlarm({ Namespace: undefined })).toThrow('only alarms on one metric, or on one expression');
    const Expression = '1';
    const Metrics = [
      { Id: 'one', Expression },
      { Id: 'two', Expression },
    ];
    expect(() => givenAlarm({ Namespace: undefined, Metrics })).toThrow('only one expression');
  });
});

describe('the metrics of the local stack', () => {
  const line = JSON.stringify({
    _aws: {
      Timestamp: NOON_MS,
      CloudWatchMetrics: [{ Namespace: 'Ours', Dimensions: [['service']], Metrics: [{ Name: 'Failures' }] }],
    },
    service: 'a',
    Failures: 3,
  });

  it('reads metrics from the output of functions', () => {
    metrics.read(`{"level":"INFO"}\n${line}\nnot json "_aws"\n`);
    expect(metrics.latest()).toEqual([{ ...METRIC, value: 3, atMs: NOON_MS }]);
  });

  it('reads every value of a metric with several values in one line', () => {
    metrics.read(line.replace('"Failures":3', '"Failures":[1,2]'));
    expect(metrics.valuesOf(METRIC, { fromMs: 0, toMs: NOON_MS })).toEqual([1, 2]);
  });

  it('drops the oldest metric points before they fill the memory', () => {
    for (let n = 1; n <= 100_001; n += 1) metrics.put({ ...METRIC, value: n, atMs: n });
    const kept = metrics.valuesOf(METRIC, { fromMs: 0, toMs: NOON_MS });
    expect([kept.length, kept.at(-1)]).toEqual([50_001, 100_001]);
  });
});
