import Table from 'cli-table3';
import pc from './colours';

export type Cell = string | number | boolean | undefined;

/** Rows under headings; nothing at all of no rows but the sentence that says so. */
export function table(headings: readonly string[], rows: readonly (readonly Cell[])[], nothing = 'None.'): string {
  if (rows.length === 0) return nothing;
  const made = new Table({ head: headings.map((heading) => pc.bold(heading)), style: { head: [], border: [] } });
  for (const row of rows) made.push(row.map(shown));
  return made.toString();
}

/** Names and what they have, one a line; what is undefined is left out. */
export function fields(entries: Readonly<Record<string, Cell>>): string {
  const present = Object.entries(entries).filter(([, value]) => value !== undefined);
  const width = Math.max(0, ...present.map(([name]) => name.length));
  return present.map(([name, value]) => `${pc.dim(name.padEnd(width))}  ${shown(value)}`).join('\n');
}

/** Blocks with an empty line between them; what is empty is left out. */
export function blocks(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join('\n\n');
}

export const heading = (text: string): string => pc.bold(text);

/**
 * What is stored may come from anybody who can put items: control characters would let it move the cursor or recolour
 * the operator's terminal.
 */
function shown(cell: Cell): string {
  return cell === undefined ? '' : String(cell).replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '·');
}
