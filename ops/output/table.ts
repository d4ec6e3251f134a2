import Table from 'cli-table3';
import pc from './colours';

export type Cell = string | number | boolean | undefined;

/** Rows below column headings, or the text `nothing` when there are no rows. */
export function table(headings: readonly string[], rows: readonly (readonly Cell[])[], nothing = 'None.'): string {
  if (rows.length === 0) return nothing;
  const made = new Table({ head: headings.map((heading) => pc.bold(heading)), style: { head: [], border: [] } });
  for (const row of rows) made.push(row.map(shown));
  return made.toString();
}

/** One name and value per line, without undefined values. */
export function fields(entries: Readonly<Record<string, Cell>>): string {
  const present = Object.entries(entries).filter(([, value]) => value !== undefined);
  const width = Math.max(0, ...present.map(([name]) => name.length));
  return present.map(([name, value]) => `${pc.dim(name.padEnd(width))}  ${shown(value)}`).join('\n');
}

/** The parts with an empty line between them, without empty parts. */
export function blocks(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join('\n\n');
}

export const heading = (text: string): string => pc.bold(text);

/** A table below a title, or undefined when there are no rows. */
export function section(title: string, headings: readonly string[], rows: readonly (readonly Cell[])[]) {
  return rows.length === 0 ? undefined : blocks(title, table(headings, rows));
}

/**
 * Anybody who may put items decides what is stored. Control characters in it could move the cursor or change colours in
 * the operator's terminal.
 */
function shown(cell: Cell): string {
  return cell === undefined ? '' : String(cell).replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '·');
}
