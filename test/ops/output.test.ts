import { describe, expect, it } from '@jest/globals';
import { age } from '../../ops/output/age';
import { toCsv } from '../../ops/output/csv';
import { table } from '../../ops/output/table';

describe('the output of a command', () => {
  it('prints an age in its two largest units', () => {
    expect([0, 61_000, 3_600_000, 90_061_000].map(age)).toEqual(['0s', '1m 1s', '1h', '1d 1h']);
  });

  it('prints no control character of stored text', () => {
    expect(table(['a'], [['\u001b[2Jgone\r']])).toContain('·[2Jgone·');
  });

  it('quotes CSV cells and escapes formulas', () => {
    expect(
      toCsv(
        ['a', 'b'],
        [
          ['x,"y"', '=1+1'],
          [undefined, -5],
        ],
      ),
    ).toBe('a,b\r\n"x,""y""",\'=1+1\r\n,-5\r\n');
  });
});
