import { blocks, table } from '../../ops/output/table';
import { processTerminal } from '../../ops/output/terminal';
import { writeCosts } from './cost-document';
import { figureTables } from './figure-tables';
import { measureFigures } from './measure-figures';
import { idleMonthDollars } from './prices';

export interface BenchOptions {
  write: boolean;
  customers: number;
  eventsPerHour: number;
  dimensions: number;
  eventsPerRequest: number;
  shards: number;
}

/** Measures everything and prints it; writes the tables of docs/cost.md if wanted. */
export async function bench({ write }: Pick<BenchOptions, 'write'>): Promise<void> {
  const figures = await measureFigures();
  const shown = [...figureTables(figures).values()].flatMap(({ title, columns, rows }) => [
    `${title}:`,
    table(columns, rows),
  ]);
  const idle = `A month of metering runs that find nothing: ${idleMonthDollars().toFixed(2)} dollars.`;
  console.log(blocks(...shown, idle)(processTerminal.width));
  if (write) await writeCosts(figures);
}
