import Table from 'cli-table3';
import pc from './colours';
import { printable } from '../../web/printable';
import { columnsOf, wrap } from './wrap';

export type Cell = string | number | boolean | undefined;

/** A cell in a colour that the program chooses. */
interface Painted {
  text: string;
  paint: (text: string) => string;
}

export const painted = (text: string, paint: Painted['paint']): Painted => ({ text, paint });

type TableCell = Cell | Painted;
type Row = readonly TableCell[];

/** What is shown to a person, once the width of the terminal is known. No line is wider. */
export type Shown = (width: number) => string;

/** A column of a table. An extra one is left out, the last first, when the table is too wide. */
export type Column = string | { heading: string; isExtra: true };

export const extra = (heading: string): Column => ({ heading, isExtra: true });

const headingOf = (column: Column = '') => (typeof column === 'string' ? column : column.heading);

/**
 * Rows below column headings, or the text `nothing` when there are no rows. Where the width does not hold the table,
 * sentences in it are broken, then columns without a value and extra columns go; if that does not help, each record
 * becomes a list.
 */
export function table(columns: readonly Column[], rows: readonly Row[], nothing = 'None.'): Shown {
  if (rows.length === 0) return (width) => wrap(nothing, width).join('\n');
  return (width) => {
    const isBare = (index: number) => rows.every((row) => textOf(row[index]) === '');
    const left: string[] = [];
    let kept = columns.map((_, index) => index);
    for (;;) {
      const text = fitted({ columns, rows, kept }, width);
      if (text !== undefined) return [text, ...noteOf(left, width)].join('\n');
      const next = kept.findLast(isBare) ?? kept.findLast((index) => typeof columns[index] !== 'string');
      if (next === undefined) return listed(columns, rows)(width);
      kept = kept.filter((index) => index !== next);
      if (!isBare(next)) left.unshift(headingOf(columns[next]));
    }
  };
}

function noteOf(left: readonly string[], width: number): string[] {
  if (left.length === 0) return [];
  return wrap(`Not shown at this width: ${left.join(', ')}.`, width).map((line) => pc.dim(line));
}

interface Drawing {
  columns: readonly Column[];
  rows: readonly Row[];
  /** The columns that are drawn. */
  kept: readonly number[];
}

/** A column of sentences is not made narrower than this. */
const LEAST_PROSE = 24;

/** The table in the width, if breaking its sentences is enough. */
function fitted(drawing: Drawing, width: number): string | undefined {
  const limits = new Map<number, number>();
  const natural = (index: number) => Math.max(...drawing.rows.map((row) => columnsOf(textOf(row[index]))));
  const prose = drawing.kept
    .filter((index) => natural(index) > LEAST_PROSE && drawing.rows.some((row) => / [^ ]* /.test(textOf(row[index]))))
    .sort((a, b) => natural(b) - natural(a));
  for (;;) {
    const text = drawn(drawing, limits);
    // The first line is the border, which is as wide as the table.
    const excess = columnsOf(text.slice(0, text.indexOf('\n'))) - width;
    if (excess <= 0) return text;
    const next = prose.shift();
    if (next === undefined) return undefined;
    // Two columns of sentences share the room.
    const share = prose.length === 0 ? natural(next) - excess : Math.max(natural(next) - excess, Math.floor(width / 3));
    limits.set(next, Math.max(LEAST_PROSE, share));
  }
}

/** Or nothing: numbers stand on the right. */
const NUMBER = /^(-?\d[\d,]*(\.\d+)?( ms|%|×)?)?$/;

function drawn({ columns, rows, kept }: Drawing, limits: ReadonlyMap<number, number>): string {
  // A word that the program chose, such as "never", may stand among numbers.
  const isNumeric = (index: number) => {
    const cells = rows.map((row) => row[index]).filter((cell) => typeof cell !== 'object');
    return cells.length > 0 && cells.every((cell) => NUMBER.test(textOf(cell)));
  };
  const made = new Table({
    head: kept.map((index) => pc.bold(headingOf(columns[index]))),
    colAligns: kept.map((index) => (isNumeric(index) ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
  });
  const cell = (row: Row, index: number) =>
    wrap(textOf(row[index]), limits.get(index) ?? Infinity)
      .map(paintOf(row[index]))
      .join('\n');
  for (const row of rows) made.push(kept.map((index) => cell(row, index)));
  return made.toString();
}

function listed(columns: readonly Column[], rows: readonly Row[]): Shown {
  return blocks(
    ...rows.map((row) => fields(Object.fromEntries(columns.map((column, index) => [headingOf(column), row[index]])))),
  );
}

/** One name and value per line, without values that are missing. A long value continues below itself. */
export function fields(entries: Readonly<Record<string, TableCell>>): Shown {
  const present = Object.entries(entries).filter(([, value]) => textOf(value) !== '');
  const names = Math.max(0, ...present.map(([name]) => columnsOf(name)));
  return (width) =>
    present
      .flatMap(([name, value]) =>
        wrap(textOf(value), Math.max(1, width - names - 2)).map(
          (line, index) => `${pc.dim((index === 0 ? name : '').padEnd(names))}  ${paintOf(value)(line)}`,
        ),
      )
      .join('\n');
}

/** The parts with an empty line between them, without empty parts. Sentences are broken at the width. */
export function blocks(...parts: readonly (Shown | string | undefined)[]): Shown {
  return (width) =>
    parts
      .map((part) => (typeof part === 'function' ? part(width) : wrap(part ?? '', width).join('\n')))
      .filter((text) => text !== '')
      .join('\n\n');
}

export const heading = (text: string): string => pc.bold(text);

/** A table below a title, or undefined when there are no rows. */
export function section(title: string, columns: readonly Column[], rows: readonly Row[]) {
  return rows.length === 0 ? undefined : blocks(title, table(columns, rows));
}

/** What data says, as one line that changes nothing around it. */
function textOf(cell: TableCell): string {
  const value = typeof cell === 'object' ? cell.text : cell;
  return value === undefined ? '' : printable(String(value));
}

const paintOf = (cell: TableCell) => (typeof cell === 'object' ? cell.paint : (text: string) => text);
