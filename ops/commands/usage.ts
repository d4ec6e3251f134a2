import { writeFileSync } from 'node:fs';
import { decimalText } from '../../lambdas/shared/domain/decimal';
import { monthArgument, type Month } from '../arguments';
import { billedByBuyer, billedByDay, type Billed } from '../billed/billed-by-day';
import { examples, type Ops, type OpsCommand } from '../command';
import { counted } from '../output/counted';
import { toCsv } from '../output/csv';
import { blocks, extra, heading, table } from '../output/table';
import { productOf } from '../product-of';
import { ourRecords } from '../reconcile/our-records';

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
    .addHelpText('after', examples('usage --month 2026-07', 'usage --month 2026-07 --csv july.csv'))
    .action(
      reporting(async (ops, { month, csv }: Options) => {
        const records = await ourRecords(ops, month);
        const billed = records.filter(({ state }) => state === 'billed');
        const waiting = records.filter(({ state }) => state === 'sealed').length;
        const days = billedByDay(billed).map((each) => shown(each, ops));
        const buyers = billedByBuyer(billed).map((each) => shown(each, ops));
        const lines = toCsv(CSV_COLUMNS, days.map(cells(...CSV_COLUMNS)));
        if (typeof csv === 'string') writeFileSync(csv, lines);
        const report = blocks(
          `In ${month.name} (UTC), ${counted(billed.length, 'record')} billed ${counted(buyers.length, 'quantity', 'quantities')} ` +
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

const CSV_COLUMNS = [
  'day',
  'account',
  'subscriptionId',
  'product',
  'dimension',
  'quantity',
  'unit',
  'records',
] as const;

type ShownBilled = ReturnType<typeof shown>;

function shown({ productCode, customerAWSAccountId, quantity, ...rest }: Billed, ops: Ops) {
  const product = productOf(ops, productCode);
  return {
    day: rest.day,
    account: customerAWSAccountId,
    subscriptionId: rest.subscriptionId,
    product: productCode,
    dimension: rest.dimension,
    quantity: decimalText(quantity),
    unit: product?.dimensions.find(({ apiName }) => apiName === rest.dimension)?.unit,
    records: rest.records,
  };
}

const cells =
  (...names: readonly (keyof ShownBilled)[]) =>
  (each: ShownBilled) =>
    names.map((name) => each[name]);
