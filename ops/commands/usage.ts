import { writeFileSync } from 'node:fs';
import { monthArgument, type Month } from '../arguments';
import { cells, monthBilled } from '../billed/month-billed';
import { examples, type OpsCommand } from '../command';
import { counted } from '../output/counted';
import { blocks, extra, heading, table } from '../output/table';
import { needs } from '../permissions';

interface Options {
  month: Month;
  csv?: string | true;
}

/** Days that the terminal shows. A longer month goes to a file. */
const SHOWN_DAYS = 100;

/** Shows what was billed in a month, for finance. */
export const usage: OpsCommand = (program, reporting) => {
  program
    .command('usage')
    .summary('show what a month billed, by buyer, dimension and day')
    .description(
      'show what a month billed, by buyer, dimension and day, as exact decimals.\n' +
        'It counts records that AWS Marketplace accepted, by the hour of the usage in UTC. Quantities of different\n' +
        'products or dimensions are never added up, because they have different units.',
    )
    .requiredOption('--month <YYYY-MM>', 'the month of the usage (UTC)', monthArgument)
    .option('--csv [file]', 'write the days as CSV to this file, or print them')
    .addHelpText('after', needs())
    .addHelpText('after', examples('usage --month 2026-07', 'usage --month 2026-07 --csv july.csv'))
    .action(
      reporting(async (ops, { month, csv }: Options) => {
        const { records, waiting, buyers, days, csv: lines } = await monthBilled(ops, month);
        if (typeof csv === 'string') writeFileSync(csv, lines);
        const report = blocks(
          `In ${month.name} (UTC), ${counted(records, 'record')} billed ${counted(buyers.length, 'quantity', 'quantities')} ` +
            `to ${counted(new Set(buyers.map(({ subscriptionId }) => subscriptionId)).size, 'subscription')}.` +
            (waiting > 0 ? ` ${counted(waiting, 'record')} more wait for AWS's answer.` : ''),
          heading('By buyer'),
          table(
            ['account', extra('subscription'), extra('product'), 'dimension', 'billed', 'unit', extra('records')],
            buyers.map(cells('account', 'subscriptionId', 'product', 'dimension', 'quantity', 'unit', 'records')),
            'Nothing was billed.',
          ),
          days.length === 0 ? undefined : heading('By day (UTC)'),
          days.length === 0 || days.length > SHOWN_DAYS
            ? undefined
            : table(
                ['day', 'account', extra('subscription'), 'dimension', 'billed', 'unit', extra('records')],
                days.map(cells('day', 'account', 'subscriptionId', 'dimension', 'quantity', 'unit', 'records')),
              ),
          days.length > SHOWN_DAYS ? `${counted(days.length, 'line')}. Add --csv FILE to get them.` : undefined,
          typeof csv === 'string' ? `Wrote ${counted(days.length, 'line')} to ${csv}.` : undefined,
        );
        return {
          json: { month: month.name, waiting, buyers: buyers.map(({ day: _, ...rest }) => rest), days },
          text: csv === true ? () => lines.trimEnd() : report,
        };
      }),
    );
};
