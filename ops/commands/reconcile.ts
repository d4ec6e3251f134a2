import { writeFileSync } from 'node:fs';
import { decimalText } from '../../lambdas/shared/domain/decimal';
import { monthArgument, type Month } from '../arguments';
import { examples, type OpsCommand } from '../command';
import { blocks, extra, fields, heading, section, table, type Shown } from '../output/table';
import type { AcceptedRecords } from '../reconcile/accepted-records';
import type { Difference, Reconciliation } from '../reconcile/differences';
import { reconcileMonth, reconciliationCsv, theirColumns, verdictOf } from '../reconcile/reconcile-month';
import { unexplained } from '../usage-feed/billed-month';
import { billedJson, billedText } from '../usage-feed/shown';
import { needs } from '../permissions';

interface Options {
  month: Month;
  trailFiles?: string;
  billedFiles?: string;
  csv?: string;
}

/** Checks that AWS accepted exactly what is billed in the ledger, and billed exactly that. */
export const reconcile: OpsCommand = (program, reporting) => {
  program
    .command('reconcile')
    .summary('compare a month of the ledger with what AWS accepted and billed')
    .description(
      'compare a month of the ledger with what AWS accepted, and with what it billed.\n' +
        'What AWS accepted is in CloudTrail, which lags about 15 minutes. What it billed is in the Daily Usage data ' +
        "feed, some days later: copy its files from the feeds' bucket.\n" +
        'With --local the simulator says both.',
    )
    .requiredOption('--month <YYYY-MM>', 'the month of the usage (UTC)', monthArgument)
    .option('--trail-files <folder>', "read a trail's log files instead of the event history of 90 days")
    .option('--billed-files <path>', 'a file, a folder or s3://BUCKET/ of the Daily Usage data feed')
    .option('--csv <file>', 'write what was billed by buyer, dimension and day, and the differences, to this file')
    .addHelpText('after', needs())
    .addHelpText(
      'after',
      examples(
        'reconcile --month 2026-11',
        'reconcile --month 2026-07 --trail-files ./trail --csv july.csv',
        'reconcile --month 2026-11 --billed-files ./feed',
      ),
    )
    .action(
      reporting(async (ops, { month, csv, ...files }: Options) => {
        const reconciled = await reconcileMonth(ops, { month, ...files });
        const { theirs, result, billed } = reconciled;
        if (csv !== undefined) writeFileSync(csv, reconciliationCsv(reconciled));
        const toLookAt = billed === undefined ? [] : unexplained(billed);
        return {
          json: {
            month: month.name,
            source: theirs.source,
            ...toJson(result),
            unreadable: theirs.unreadable,
            ...(billed && { billed: billedJson(billed) }),
          },
          text: blocks(toText(result, theirs), billed && billedText(billed)),
          exitCode: result.differences.length + theirs.unreadable.length + toLookAt.length > 0 ? 1 : 0,
        };
      }),
    );
};

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

function toRow(difference: Difference) {
  const { kind, hour, dimension, ours } = difference;
  const { quantity, recordId, licence, customer } = theirColumns(difference);
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

function toText(result: Reconciliation, { source, unreadable }: AcceptedRecords): Shown {
  const { matched, totals } = toJson(result);
  return blocks(
    verdictOf(result, unreadable.length),
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
