import { printable } from '../../web/printable';
import type { Cell } from './table';

/**
 * RFC 4180 for spreadsheets. A cell that a spreadsheet would run as a formula is escaped, and so is a character that
 * would change how the file is shown. A short row is filled up.
 */
export function toCsv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cells = (row: readonly Cell[]) => header.map((_, index) => toCell(row[index])).join(',');
  return [header, ...rows].map((row) => `${cells(row)}\r\n`).join('');
}

function toCell(cell: Cell): string {
  const text = cell === undefined ? '' : String(cell);
  const inert = typeof cell === 'string' && /^[=+\-@\t\r]/.test(text) && !isNumber(text) ? `'${text}` : text;
  const safe = printable(inert);
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Decimal text, such as a carry-over that is negative. */
const isNumber = (text: string) => /^-\d+(\.\d+)?$/.test(text);
