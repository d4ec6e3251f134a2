import { expect, it } from '@jest/globals';
import { ENGINE_FAULT_NAMES } from '../../../proofs/real-engine/engine-faults';
import { EngineSummary } from '../../../proofs/real-engine/engine-summary';

it('adds up the seeds, and names every fault that never happened', () => {
  const summary = new EngineSummary();
  const all = Object.fromEntries(ENGINE_FAULT_NAMES.map((name) => [name, 2]));
  summary.add({ counts: { ...all, outage: 0, reorder: undefined }, events: 10, records: 3 });
  summary.add({ counts: { reorder: 1 }, events: 5, records: 1 });
  expect(summary).toMatchObject({ seeds: 2, events: 15, records: 4, missing: ['outage'] });
  expect(summary.toTable((text) => `!${text}!`)).toMatch(/outage\s+│ !never! │\s+0 │/);
});
