import { describe, expect, it } from 'vitest';
import { itemsIn, lost, type Snapshot } from '../../../proofs/rehearsal/table-snapshot';

const before: Snapshot = new Map([
  ['Hours', ['a', 'b']],
  ['Events', ['c']],
]);

describe('comparing tables before and after an update', () => {
  it('finds nothing lost when every item is unchanged and new ones were added', () => {
    expect(lost(before, new Map([...before, ['Hours', ['a', 'b', 'new']]]))).toEqual([]);
    expect(itemsIn(before)).toBe(3);
  });

  it('names items that were lost or changed', () => {
    expect(lost(before, new Map([...before, ['Hours', ['a', 'B']]]))).toEqual([
      '1 of 2 items of Hours are gone or changed.',
    ]);
  });

  it('names a table that was replaced by a new one', () => {
    const replaced = new Map([
      ['Hours', ['a', 'b']],
      ['Events2', ['c']],
    ]);
    expect(lost(before, replaced)).toEqual(['The table Events was replaced.']);
  });
});
