import { writeFileSync } from 'node:fs';
import { decimalText } from '../../lambdas/shared/domain/decimal';
import { monthArgument, type Month } from '../arguments';
import { billedByDay } from '../billed/billed-by-day';
import { examples, type Ops, type OpsCommand } from '../command';
import { counted } from '../output/counted';
import { toCsv } from '../output/csv';
import { blocks, extra, fields, heading, section, table, type Shown } from '../output/table';
import { acceptedRecords, type AcceptedRecords } from '../reconcile/accepted-records';
import { reconcile as compare, type Difference, type Reconciliation } from '../reconcile/differences';
import { ourRecords } from '../reconcile/our-records';

interface Options {
  month: Month;
  trailFiles?: string;
  csv?: string;
}

/** Checks that AWS accepted exactly what is billed in the ledger. */
export const reconcile: OpsCommand = (program, reporting) => {
  program
    .command('reconcile')
    .summary('compare a month of the ledger with what AWS accepted')
    .description(
      'compare a month of the ledger with what AWS accepted.\n' +
        "The source is CloudTrail, which lags about 15 minutes, or, with --local, the simulator's ledger.",
    )
    .requiredOption('--month <YYYY-MM>', 'the month of the usage (UTC)', monthArgument)
    .option('--trail-files <folder>', "read a trail's log files instead of the event history of 90 days")
    .option('--csv <file>', 'write what was billed by buyer, dimension and day, and the differences, to this file')
    .addHelpText(
      'after',
      examples('reconcile --month 2026-11', 'reconcile --month 2026-07 --trail-files ./trail --csv july.csv'),
    )
    .action(
      reporting(async (ops, { month, trailFiles, csv }: Options) => {
        const theirs = await readTheirs(ops, { month, trailFiles });
        const ours = await ourRecords(ops, month);
        const result = compare(ours, theirs.accepted);
        if (csv !== undefined) writeFileSync(csv, toLines(result));
        return {
          json: { month: month.name, source: theirs.source, ...toJson(result), unreadable: theirs.unreadable },
          text: toText(result, theirs),
          exitCode: result.differences.length + theirs.unreadable.length > 0 ? 1 : 0,
        };
      }),
    );
};

async function readTheirs(
  { installation, terminal }: Ops,
  { month, trailFiles }: Pick<Options, 'month' | 'trailFiles'>,
): Promise<AcceptedRecords> {
  let events = 0;
  const progress = terminal.progress('CloudTrail events', 0);
  const onEvents = (count: number) => progress.advance(count, (events += count));
  try {
    return await acceptedRecords(installation, { month, trailFiles, onEvents });
  } finally {
    progress.stop();
  }
}

/** A difference, and what AWS reports for it. */
const COLUMNS = [
  'kind',
  'hour (UTC)',
  'dimension',
  extra('subscription'),
  extra('state'),
  'quantity',
  extra('record'),
  'at AWS',
  extra('record at AWS'),
  extra('licence at AWS'),
  extra('customer at AWS'),
];

const CSV_COLUMNS = [
  'kind',
  'day',
  'hour',
  'account',
  'subscriptionId',
  'product',
  'dimension',
  'records',
  'state',
  'quantity',
  'awsQuantity',
  'meteringRecordId',
  'awsMeteringRecordId',
  'awsLicenseArn',
  'awsCustomer',
];

/** The kind of a line that AWS and the ledger agree on. */
const EQUAL = 'equal';

/** What was billed, by buyer, dimension and day, then each difference with its hour. */
function toLines({ equal, differences }: Reconciliation): string {
  const days = billedByDay(equal).map(({ quantity, ...each }) => [
    EQUAL,
    each.day,
    undefined,
    each.customerAWSAccountId,
    each.subscriptionId,
    each.productCode,
    each.dimension,
    each.records,
    'billed',
    decimalText(quantity),
    decimalText(quantity),
  ]);
  const others = differences.map((difference) => {
    const { kind, hour, dimension, ours } = difference;
    const theirs = columnsOf(difference);
    return [
      kind,
      hour.slice(0, 10),
      hour,
      ours?.customerAWSAccountId,
      ours?.subscriptionId,
      ours?.productCode ?? theirs.product,
      dimension,
      1,
      ours?.state,
      ours?.quantity,
      theirs.quantity,
      ours?.meteringRecordId,
      theirs.recordId,
      theirs.licence,
      theirs.customer,
    ];
  });
  return toCsv(CSV_COLUMNS, [...days, ...others]);
}

function toRow(difference: Difference) {
  const { kind, hour, dimension, ours } = difference;
  const { quantity, recordId, licence, customer } = columnsOf(difference);
  return [
    kind,
    hour,
    dimension,
    ours?.subscriptionId,
    ours?.state,
    ours?.quantity,
    ours?.meteringRecordId,
    quantity,
    recordId,
    licence,
    customer,
  ];
}

/** Several AWS records for one ledger record share a cell, in the same order in each column. */
function columnsOf({ theirs }: Difference) {
  const each = (of: (record: Difference['theirs'][number]) => string | undefined) =>
    theirs.map((record) => of(record) ?? '').join(' ');
  return {
    product: each(({ productCode }) => productCode),
    quantity: each(({ quantity }) => quantity),
    recordId: each(({ meteringRecordId }) => meteringRecordId),
    licence: each(({ licenseArn }) => licenseArn),
    customer: each(({ customerIdentifier, customerAWSAccountId }) => customerIdentifier ?? customerAWSAccountId),
  };
}

function toJson({ matched, differences, totals }: Reconciliation) {
  return {
    matched,
    differences,
    totals: totals.map(({ productCode, dimension, billedHere, acceptedByAws }) => ({
      productCode,
      dimension,
      billedHere: decimalText(billedHere),
      acceptedByAws: decimalText(acceptedByAws),
    })),
  };
}

function verdict({ matched, differences }: Reconciliation, unreadable: number): string {
  if (differences.length + unreadable === 0)
    return `AWS accepted exactly what is billed here: ${counted(matched, 'record')}.`;
  return (
    `${counted(differences.length, 'difference')} from what AWS accepted; ${counted(matched, 'record')} equal.` +
    (unreadable > 0 ? ` ${counted(unreadable, 'event')} could not be read.` : '')
  );
}

function toText(result: Reconciliation, { source, unreadable }: AcceptedRecords): Shown {
  const { matched, totals } = toJson(result);
  return blocks(
    verdict(result, unreadable.length),
    fields({ 'compared with': source, equal: matched, differences: result.differences.length }),
    table(
      ['product', 'dimension', 'billed here', 'accepted by AWS'],
      totals.map(({ productCode, dimension, billedHere, acceptedByAws }) => [
        productCode,
        dimension,
        billedHere,
        acceptedByAws,
      ]),
      'Nothing was billed.',
    ),
    section(heading('Differences'), COLUMNS, result.differences.map(toRow)),
    section(
      heading('Unreadable events: it is unknown what AWS accepted'),
      ['event', 'reason'],
      unreadable.map(({ eventId, why }) => [eventId, why]),
    ),
  );
}
