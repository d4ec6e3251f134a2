import { SingleBar } from 'cli-progress';
import pc from '../../ops/output/colours';
import { extra, table, type Shown } from '../../ops/output/table';
import { processTerminal } from '../../ops/output/terminal';
import { ENTRANCES } from './entrances/index';
import type { EntranceReport } from './entrance';

export interface FuzzOptions {
  cases: number;
  seed: number;
  only: string;
}

/** The long run; `npm test` runs a few thousand cases of the same properties. @returns the exit code */
export async function fuzz({ cases, seed, only }: FuzzOptions): Promise<number> {
  const entrances = ENTRANCES.filter(({ name }) => name.includes(only));
  console.log(`${cases.toLocaleString('en')} cases at ${entrances.length} entrances, seed ${seed}`);
  const bar = new SingleBar({ format: '{bar} {value}/{total} {entrance}', noTTYOutput: false });
  if (process.stderr.isTTY) bar.start(cases, 0, { entrance: '' });
  const reports: EntranceReport[] = [];
  const startedAt = performance.now();
  for (const [index, entrance] of entrances.entries()) {
    const share = Math.floor(cases / entrances.length) + (index < cases % entrances.length ? 1 : 0);
    const onCase = () => bar.increment(1, { entrance: entrance.name });
    reports.push(await entrance.run({ cases: share, seed, onCase }));
  }
  bar.stop();
  console.log(toTable(reports)(processTerminal.width));
  const broken = reports.filter(({ counterexample }) => counterexample !== undefined);
  for (const { name, counterexample } of broken) console.error(pc.red(`\n${name}\n${counterexample}`));
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const verdict = broken.length === 0 ? pc.green('No promise was broken.') : pc.red('A promise was broken.');
  console.log(`${verdict} ${seconds} s. Again: npm run fuzz -- --cases ${cases} --seed ${seed}`);
  return broken.length === 0 ? 0 : 1;
}

function toTable(reports: readonly EntranceReport[]): Shown {
  return table(
    ['entrance', 'cases', 'slowest', extra('answers')],
    reports.map(({ name, cases: taken, answers, slowestMs }) => {
      const counts = [...answers].sort(([a], [b]) => (a < b ? -1 : 1)).map(([answer, count]) => `${answer}: ${count}`);
      return [name, taken, `${Math.round(slowestMs)} ms`, counts.join(', ')];
    }),
  );
}
