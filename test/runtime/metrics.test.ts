import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCounters } from '../../lambdas/shared/runtime/metrics';

let lines: string[];

beforeEach(() => {
  // In development mode the library writes to the console that can be watched, if it is not switched off by it.
  Object.assign(process.env, {
    POWERTOOLS_DEV: 'true',
    POWERTOOLS_METRICS_DISABLED: 'false',
    POWERTOOLS_METRICS_NAMESPACE: 'AStack/Saas',
  });
  lines = [];
  vi.spyOn(console, 'log').mockImplementation((line: unknown) => void lines.push(String(line)));
});

afterEach(() => {
  delete process.env.POWERTOOLS_METRICS_NAMESPACE;
  vi.restoreAllMocks();
});

describe('counters', () => {
  it('writes one data point per metric with the sum, and starts again', () => {
    const counters = createCounters('meter-usage');
    counters.count('MeteringCalls', 0);
    counters.count('Records.conflict', 0);
    for (let n = 0; n < 250; n += 1) counters.count('MeteringCalls', 2);
    counters.flush();
    counters.count('MeteringCalls', 1);
    counters.flush();
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { MeteringCalls: 500, 'Records.conflict': 0, service: 'meter-usage' },
      { MeteringCalls: 1 },
    ]);
  });

  it('separates metrics by product, dimension and reason', () => {
    const counters = createCounters('meter-usage');
    for (let flush = 0; flush < 2; flush += 1) {
      counters.count('UnitsBilled', 1, { product: 'a' });
      counters.count('UnitsBilled', 2, { product: 'b', dimension: 'events', reason: 'conflict' });
      counters.count('UnitsBilled', 4, { product: 'b', dimension: 'hours', reason: 'conflict' });
      counters.count('UnitsBilled', 3);
      counters.flush();
    }
    const written = [
      { UnitsBilled: 1, product: 'a', dimensions: [['service', 'product']] },
      {
        UnitsBilled: 2,
        product: 'b',
        dimension: 'events',
        reason: 'conflict',
        dimensions: [['service', 'product', 'dimension', 'reason']],
      },
      { UnitsBilled: 4, product: 'b', dimension: 'hours', reason: 'conflict' },
      { UnitsBilled: 3, dimensions: [['service']] },
    ];
    expect(lines.map(read)).toMatchObject([...written, ...written]);
  });

  it("writes metrics into the stack's namespace, in the unit of their name", () => {
    const counters = createCounters('meter-usage');
    counters.count('OldestUnbilledHourSeconds', 60);
    counters.flush();
    expect(lines.map(read)).toMatchObject([
      { namespace: 'AStack/Saas', metrics: [{ Name: 'OldestUnbilledHourSeconds', Unit: 'Seconds' }] },
    ]);
  });
});

function read(line: string): unknown {
  const { _aws, ...values } = JSON.parse(line);
  const [{ Namespace, Dimensions, Metrics }] = _aws.CloudWatchMetrics;
  return { ...values, namespace: Namespace, dimensions: Dimensions, metrics: Metrics };
}
