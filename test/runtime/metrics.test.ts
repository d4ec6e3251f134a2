import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createCounters } from '../../lambdas/shared/runtime/metrics';

describe('counters', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('write one data point a name, the sum of what was counted, and begin anew', () => {
    // In development mode the library writes to the console that can be watched, if it is not switched off by it.
    Object.assign(process.env, { POWERTOOLS_DEV: 'true', POWERTOOLS_METRICS_DISABLED: 'false' });
    const lines: string[] = [];
    jest.spyOn(console, 'log').mockImplementation((line: unknown) => void lines.push(String(line)));
    const counters = createCounters('test');
    counters.count('Calls', 0);
    counters.count('Conflicts', 0);
    for (let n = 0; n < 250; n += 1) counters.count('Calls', 2);
    counters.flush();
    counters.count('Calls', 1);
    counters.flush();
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { Calls: 500, Conflicts: 0, service: 'test' },
      { Calls: 1 },
    ]);
  });
});
