import { SingleBar } from 'cli-progress';
import Table from 'cli-table3';
import { Command, InvalidArgumentError } from 'commander';
import pc from '../../ops/output/colours';
import { ENTRANCES } from './entrances/index';
import type { EntranceReport } from './entrance';

/** The long run (`npm run fuzz -- --cases N --seed S`). `npm test` runs a few thousand cases of the same properties. */
const { cases, seed, only } = new Command('fuzz')
  .description('Hostile input at every entrance of the functions, from a seed')
  .option('--cases <number>', 'how many in all', toCount, 100_000)
  .option('--seed <number>', 'the seed that a failure printed', toSeed, Math.floor(Math.random() * 0x7fffffff))
  .option('--only <text>', 'only the entrances whose name has this text', '')
  .parse()
  .opts<{ cases: number; seed: number; only: string }>();

process.exitCode = await fuzz();

async function fuzz(): Promise<number> {
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
  console.log(toTable(reports));
  const broken = reports.filter(({ counterexample }) => counterexample !== undefined);
  for (const { name, counterexample } of broken) console.error(pc.red(`\n${name}\n${counterexample}`));
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const verdict = broken.length === 0 ? pc.green('No promise was broken.') : pc.red('A promise was broken.');
  console.log(`${verdict} ${seconds} s. Again: npm run fuzz -- --cases ${cases} --seed ${seed}`);
  return broken.length === 0 ? 0 : 1;
}

function toTable(reports: readonly EntranceReport[]): string {
  const table = new Table({ head: ['entrance', 'cases', 'answers', 'slowest'], style: { head: [], border: [] } });
  for (const { name, cases: taken, answers, slowestMs } of reports) {
    const counts = [...answers].sort(([a], [b]) => (a < b ? -1 : 1)).map(([answer, count]) => `${answer}: ${count}`);
    table.push([name, taken, counts.join('\n'), `${Math.round(slowestMs)} ms`]);
  }
  return table.toString();
}

function toCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Give a whole number above 0.');
  return Number(text);
}

function toSeed(text: string): number {
  if (!/^-?\d{1,10}$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}
