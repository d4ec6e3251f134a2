import { InvalidArgumentError } from 'commander';
import { commandLine, runCommandLine } from '../../ops/output/command-line';
import { wholeNumber } from '../../ops/output/whole-number';
import type { BenchOptions } from './bench';

const SELLERS = '--customers 1000 --events-per-hour 360 --dimensions 2';

await runCommandLine(
  commandLine('bench', '', '--write', SELLERS)
    .description(
      'Measures what a usage event costs: DynamoDB units, and US dollars by the prices in prices.ts. With --customers and ' +
        '--events-per-hour it says what your own numbers cost a month, and which batchingWindowSeconds to choose.',
    )
    .option('--write', 'write the tables of docs/cost.md, and proofs/bench/figures.json', false)
    .option('--customers <number>', 'how many customers use your product', wholeNumber(1, 1_000_000))
    .option('--events-per-hour <number>', 'of each customer and dimension', wholeNumber(1, 40_000))
    .option('--dimensions <number>', 'that each customer uses', wholeNumber(1, 200), 1)
    .option('--events-per-request <number>', 'that your application sends together', wholeNumber(1, 100), 100)
    .option('--shards <number>', 'of the stream (default: one for each 10 GB of stored events)', wholeNumber(1, 1_000))
    .action(async ({ customers, eventsPerHour, write = false, ...rest }: Partial<BenchOptions>) => {
      if ((customers === undefined) !== (eventsPerHour === undefined))
        throw new InvalidArgumentError('Give both --customers and --events-per-hour.');
      if (customers === undefined || eventsPerHour === undefined) return (await import('./bench')).bench({ write });
      const { dimensions = 1, eventsPerRequest = 100, shards } = rest;
      const { sellersMonth } = await import('./sellers-month');
      return sellersMonth({ customers, eventsPerHour, dimensions, eventsPerRequest, ...(shards && { shards }) });
    }),
);
