import { describe, expect, it } from 'vitest';
import { FAULTS_OF } from '../../../../proofs/simulation/driver/faults';
import { Summary } from '../../../../proofs/simulation/driver/summary';

const nothing = { events: 0, calls: 0, records: 0 };

describe('the summary of a simulation', () => {
  it('names the faults that never happened', () => {
    const summary = new Summary('memory');
    const counts = Object.fromEntries(FAULTS_OF.memory.map((name) => [name, 1]));
    summary.add({ ...nothing, counts: { ...counts, zombie: undefined } });
    expect(summary.missing).toEqual(['zombie']);
    summary.add({ ...nothing, counts: { zombie: 2 } });
    expect(summary.missing).toEqual([]);
  });

  it('counts how often a fault happened and in how many seeds', () => {
    const summary = new Summary('memory');
    summary.add({ ...nothing, counts: { throttle: 5 } });
    summary.add({ ...nothing, counts: { throttle: 2 } });
    summary.add({ ...nothing, counts: {} });
    expect(summary.fired.throttle).toBe(7);
    expect(summary.seedsWith.throttle).toBe(2);
    expect(summary.toTable((text) => text)(200)).toMatch(/throttle\s+│\s+7 │\s+2 │/);
  });

  it('adds up the seeds and the separate faults of the other engine', () => {
    const summary = new Summary('dynamodb');
    const all = Object.fromEntries(FAULTS_OF.dynamodb.map((name) => [name, 2]));
    summary.add({ counts: { ...all, monthEndOutage: 0, reorder: undefined }, events: 10, records: 3 });
    summary.add({ counts: { reorder: 1 }, events: 5, records: 1 });
    expect(summary).toMatchObject({ seeds: 2, events: 15, records: 4, missing: ['monthEndOutage'] });
    expect(summary.toTable((text) => `!${text}!`)(200)).toMatch(/monthEndOutage\s+│ !never! │\s+0 │/);
  });
});
