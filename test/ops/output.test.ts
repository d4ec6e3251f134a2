import { describe, expect, it } from 'vitest';
import { age } from '../../ops/output/age';
import { toCsv } from '../../ops/output/csv';
import { printable, printableLines } from '../../web/printable';
import { blocks, extra, fields, painted, table } from '../../ops/output/table';
import { columnsOf, wrap } from '../../ops/output/wrap';

/** ESC, C1's CSI, a bidirectional override and isolate, separators, a zero-width space and a byte order mark. */
const HOSTILE = '\u001b[2J\u009b31m\u202egpj.\u2066\u2028\u2029\u200b\ufeff\r\n';
const FORBIDDEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u2028-\u202e\u2066-\u2069\ufeff]/;

const COLUMNS = ['subscription', extra('product'), 'state', extra('outcome')];
const ROWS = [
  ['s-0123456789abcdef0123456789', 'examplesaas0productcode00', 'active', '3f7a1c9e-0000-4000-8000-000000000001'],
  ['s-0123456789abcdef0123456780', 'examplesaas0productcode00', 'ended', undefined],
];

const widest = (text: string) => Math.max(...text.split('\n').map(columnsOf));

describe('the output of a command', () => {
  it('prints an age in its two largest units', () => {
    expect([0, 61_000, 3_600_000, 90_061_000].map(age)).toEqual(['0s', '1m 1s', '1h', '1d 1h']);
  });

  it('escapes control, ANSI, bidirectional and separating characters of data in tables, lists and CSV', () => {
    const shown = [
      table(['a'], [[HOSTILE]])(80),
      table(['a', 'b', 'c'], [[HOSTILE, HOSTILE, HOSTILE]])(20),
      fields({ name: HOSTILE })(80),
      toCsv(['a'], [[HOSTILE]]).replaceAll('\r\n', ''),
      printableLines(`one\n${HOSTILE.trim()}`),
    ];
    for (const text of shown) expect(text).not.toMatch(FORBIDDEN);
    expect(printable('\u202eb\u001b')).toBe('\\u202eb\\u001b');
    expect(table(['a'], [[HOSTILE]])(80)).toContain('\\u202egpj.');
  });

  it('keeps escaped JSON the same JSON', () => {
    const value = { name: HOSTILE };
    expect(JSON.parse(printableLines(JSON.stringify(value, undefined, 2)))).toEqual(value);
  });

  it('quotes CSV cells and escapes formulas, and leaves negative decimals numbers', () => {
    const rows = [
      ['x,"y"', '=1+1'],
      [undefined, -5],
      ['-0.5', '-1+1'],
    ];
    expect(toCsv(['a', 'b'], rows)).toBe('a,b\r\n"x,""y""",\'=1+1\r\n,-5\r\n-0.5,\'-1+1\r\n');
  });

  it('shows a table whole where it fits, and without its extra columns, the last first, where it does not', () => {
    const wide = table(COLUMNS, ROWS)(200);
    expect(wide).toContain('000000000001');
    expect(wide).not.toContain('Not shown');
    const narrow = table(COLUMNS, ROWS)(80);
    expect(narrow).toContain('examplesaas0productcode00');
    expect(narrow).toContain('Not shown at this width: outcome.');
    expect(widest(narrow)).toBeLessThanOrEqual(80);
    const narrower = table(COLUMNS, ROWS)(60);
    expect(narrower).toContain('Not shown at this width: product, outcome.');
    expect(widest(narrower)).toBeLessThanOrEqual(60);
  });

  it('shows each record as a list where no table fits, with every value', () => {
    const text = table(COLUMNS, ROWS)(30);
    expect(widest(text)).toBeLessThanOrEqual(30);
    for (const value of ROWS.flat()) expect(text.replaceAll(/\n +/g, '')).toContain(value ?? '');
  });

  it.each([20, 40, 80, 200])('has no line wider than %s columns', (width) => {
    const text = blocks(
      'A sentence that is longer than a narrow terminal, with a word-that-is-longer-than-one-line-of-it.',
      fields({
        'licence ARN': `arn:aws:license-manager::111122223333:license:l-${'0'.repeat(40)}`,
        name: '価格は東京',
      }),
      table(COLUMNS, [...ROWS, ['東京都東京都', '価格', 'ü', 'é']]),
      table(['state'], [[painted('exact', (word) => `\u001b[32m${word}\u001b[39m`)]]),
    )(width);
    expect(widest(text)).toBeLessThanOrEqual(width);
  });

  it('breaks lines at spaces, keeps indents, and breaks a long word without losing a character', () => {
    expect(wrap('  one two three', 9)).toEqual(['  one two', '  three']);
    expect(wrap('abcdefgh', 3).join('')).toBe('abcdefgh');
    expect(wrap('a\nb', 80)).toEqual(['a', 'b']);
  });
});
