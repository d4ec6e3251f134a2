import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { FIGURES_FILE, type Figures } from './figures';
import { figureTables, type FigureTable } from './figure-tables';

export const COST_DOCUMENT = resolve(import.meta.dirname, '../../docs/cost.md');

/** The lines between `<!-- bench: name -->` and `<!-- bench end -->`. */
const MARKED = /(?<=<!-- bench: ([a-z]+) -->\n)[\s\S]*?(?=<!-- bench end -->)/g;

/**
 * The document with the tables of these figures between its markers.
 * @throws Error when the document names an unknown table, or lacks one.
 */
export async function withFigures(document: string, figures: Figures): Promise<string> {
  const tables = new Map(figureTables(figures));
  const written = document.replace(MARKED, (_, name: string) => {
    const table = tables.get(name);
    if (table === undefined)
      throw new Error(`docs/cost.md has a marker for the table "${name}", which does not exist.`);
    tables.delete(name);
    return `\n${markdown(table)}\n\n`;
  });
  if (tables.size > 0) throw new Error(`docs/cost.md has no marker for: ${[...tables.keys()].join(', ')}.`);
  return format(written, { ...(await resolveConfig(COST_DOCUMENT)), parser: 'markdown' });
}

function markdown({ columns, rows }: FigureTable): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = columns.map((_, index) => (index === 0 && !isNumeric(rows[0]?.[0]) ? '---' : '--:'));
  return [line(columns), line(rule), ...rows.map(line)].join('\n');
}

const isNumeric = (text = '') => /^[\d,]+$/.test(text);

export async function writeCosts(figures: Figures): Promise<void> {
  const document = await withFigures(await readFile(COST_DOCUMENT, 'utf8'), figures);
  const json = await format(JSON.stringify(figures), { ...(await resolveConfig(FIGURES_FILE)), parser: 'json' });
  await writeFile(COST_DOCUMENT, document);
  await writeFile(FIGURES_FILE, json);
}
