import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { COST_DOCUMENT, withFigures } from '../../../proofs/bench/cost-document';
import { readFigures } from '../../../proofs/bench/figures';
import { figureTables } from '../../../proofs/bench/figure-tables';

const document = () => readFile(COST_DOCUMENT, 'utf8');

describe('docs/cost.md', () => {
  it('has the tables of the measurements in proofs/bench/figures.json', async () => {
    expect(await withFigures(await document(), await readFigures())).toBe(await document());
  });

  it('gets the figures of another measurement between its markers, and keeps the rest', async () => {
    const figures = await readFigures();
    const before = await document();
    const changed = { ...figures, interleaved: [{ customers: 7_000, shards: 3, writeUnits: 9.876 }] };
    const after = await withFigures(before, changed);
    expect(after).toContain(
      '<!-- bench: interleaved -->\n\n| customers | 3 shards |\n| --------: | -------: |\n|     7,000 |     9.88 |\n\n<!-- bench end -->',
    );
    const withoutTables = (text: string) =>
      text.replaceAll(/(?<=<!-- bench: \w+ -->)[\s\S]*?(?=<!-- bench end -->)/g, '');
    expect(withoutTables(after)).toBe(withoutTables(before));
  });

  it('refuses a marker of a table that does not exist, and a table without its marker', async () => {
    const figures = await readFigures();
    const before = await document();
    await expect(withFigures(before.replace('bench: month', 'bench: year'), figures)).rejects.toThrow('"year"');
    await expect(withFigures(before.replace('<!-- bench: month -->', ''), figures)).rejects.toThrow('month');
  });

  it('shows every figure as a number', async () => {
    for (const { rows } of figureTables(await readFigures()).values())
      expect(rows.flat().filter((cell) => /NaN|undefined/.test(cell))).toEqual([]);
  });
});
