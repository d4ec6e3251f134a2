import { describe, expect, it } from '@jest/globals';
import { FAULT_NAMES } from '../../../proofs/simulation/faults';
import { Summary } from '../../../proofs/simulation/summary';

const nothing = { events: 0, calls: 0 };

describe('The summary', () => {
  it('names the faults that never happened', () => {
    const summary = new Summary();
    const counts = Object.fromEntries(FAULT_NAMES.map((name) => [name, 1]));
    summary.add({ ...nothing, counts: { ...counts, zombie: undefined } });
    expect(summary.missing).toEqual(['zombie']);
    summary.add({ ...nothing, counts: { zombie: 2 } });
    expect(summary.missing).toEqual([]);
  });

  it('counts how often a fault happened and in how many seeds', () => {
    const summary = new Summary();
    summary.add({ ...nothing, counts: { throttle: 5 } });
    summary.add({ ...nothing, counts: { throttle: 2 } });
    summary.add({ ...nothing, counts: {} });
    expect(summary.fired.throttle).toBe(7);
    expect(summary.seedsWith.throttle).toBe(2);
    expect(summary.toTable((text) => text)).toMatch(/throttle\s+│\s+7 │\s+2 │/);
  });
});
