import { writeFileSync } from 'node:fs';
import { decimalText } from '../../lambdas/shared/domain/decimal';
import { monthArgument, type Month } from '../arguments';
import { examples, type Ops, type OpsCommand } from '../command';
import { toCsv } from '../output/csv';
import { blocks, fields, heading, section, table } from '../output/table';
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
    .option('--csv <file>', 'write the differences to this file')
    .addHelpText(
      'after',
      examples('reconcile --month 2026-11', 'reconcile --month 2026-07 --trail-files ./trail --csv july.csv'),
    )
    .action(
      reporting(async (ops, { month, trailFiles, csv }: Options) => {
        const theirs = await readTheirs(ops, { month, trailFiles });
        const ours = await ourRecords(ops, month);
        const result = compare(ours, theirs.accepted);
        if (csv !== undefined) writeFileSync(csv, toCsv(COLUMNS, result.differences.map(toRow)));
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

const COLUMNS = [
  'kind',
  'hour',
  'dimension',
  'subscriptionId',
  'state',
  'quantity',
  'meteringRecordId',
  'awsQuantity',
  'awsMeteringRecordId',
  'awsLicenseArn',
  'awsCustomer',
];

/** Several AWS records for one ledger record share a cell, in the same order in each column. */
function toRow({ kind, hour, dimension, ours, theirs }: Difference) {
  const each = (of: (record: Difference['theirs'][number]) => string | undefined) =>
    theirs.map((record) => of(record) ?? '').join(' ');
  return [
    kind,
    hour,
    dimension,
    ours?.subscriptionId,
    ours?.state,
    ours?.quantity,
    ours?.meteringRecordId,
    each(({ quantity }) => quantity),
    each(({ meteringRecordId }) => meteringRecordId),
    each(({ licenseArn }) => licenseArn),
    each(({ customerIdentifier, customerAWSAccountId }) => customerIdentifier ?? customerAWSAccountId),
  ];
}

function toJson({ matched, differences, totals }: Reconciliation) {
  return {
    matched,
    differences,
    totals: totals.map(({ dimension, billedHere, acceptedByAws }) => ({
      dimension,
      billedHere: decimalText(billedHere),
      acceptedByAws: decimalText(acceptedByAws),
    })),
  };
}

function toText(result: Reconciliation, { source, unreadable }: AcceptedRecords): string {
  const { matched, totals } = toJson(result);
  return blocks(
    fields({ 'compared with': source, equal: matched, differences: result.differences.length }),
    table(
      ['dimension', 'billed here', 'accepted by AWS'],
      totals.map(({ dimension, billedHere, acceptedByAws }) => [dimension, billedHere, acceptedByAws]),
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
