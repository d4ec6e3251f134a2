import { decimalText } from '../../lambdas/shared/domain/decimal';
import type { Month } from '../arguments';
import { billedByDay } from '../billed/billed-by-day';
import type { Ops } from '../command';
import { counted } from '../output/counted';
import { toCsv } from '../output/csv';
import { billedMonth, shownLine, type BilledMonth } from '../usage-feed/billed-month';
import { acceptedRecords, type AcceptedRecords } from './accepted-records';
import { reconcile, type Difference, type Reconciliation } from './differences';
import { ledgerHours, recordsOf } from './our-records';

export interface ReconciledMonth {
  theirs: AcceptedRecords;
  result: Reconciliation;
  /** Absent without AWS's usage feed. */
  billed?: BilledMonth;
}

/** Compares a month of the ledger with what AWS accepted and, if its usage feed is there, with what it billed. */
export async function reconcileMonth(
  ops: Ops,
  { month, trailFiles, billedFiles }: { month: Month; trailFiles?: string; billedFiles?: string },
): Promise<ReconciledMonth> {
  const theirs = await readTheirs(ops, { month, trailFiles });
  const hours = await ledgerHours(ops, month);
  const billed = await billedMonth(ops, { month, billedFiles, hours });
  return { theirs, result: reconcile(recordsOf(hours), theirs.accepted), ...(billed && { billed }) };
}

async function readTheirs(
  { installation, terminal }: Ops,
  { month, trailFiles }: { month: Month; trailFiles: string | undefined },
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

/** More columns of the lines that compare with AWS's usage feed. */
const FEED_COLUMNS = ['agreementId', 'usedHere', 'submitted', 'billedByAws'];

/** The kind of a line that AWS and the ledger agree on. */
const EQUAL = 'equal';

/**
 * What was billed, by buyer, dimension and day, then each difference with its hour, then each day of AWS's usage feed
 * (`billed:equal`, `billed:notBilled`, …).
 */
export function reconciliationCsv({ result: { equal, differences }, billed }: ReconciledMonth): string {
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
    const theirs = theirColumns(difference);
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
  if (billed === undefined) return toCsv(CSV_COLUMNS, [...days, ...others]);
  return toCsv([...CSV_COLUMNS, ...FEED_COLUMNS], [...days, ...others, ...billed.lines.map(toFeedCells)]);
}

function toFeedCells(line: BilledMonth['lines'][number]) {
  const { kind, day, subscriptionIds, product, dimension, agreementId, used, submitted, billed } = shownLine(line);
  const cells: Record<string, string | undefined> = {
    kind: `billed:${kind}`,
    day,
    subscriptionId: subscriptionIds.join(' '),
    product,
    dimension,
    agreementId,
    usedHere: used,
    submitted,
    billedByAws: billed,
  };
  return [...CSV_COLUMNS, ...FEED_COLUMNS].map((name) => cells[name]);
}

/** Several AWS records for one ledger record share a cell, in the same order in each column. */
export function theirColumns({ theirs }: Difference) {
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

/** The month in a sentence. */
export function verdictOf({ matched, differences }: Reconciliation, unreadable: number): string {
  if (differences.length + unreadable === 0)
    return `AWS accepted exactly what is billed here: ${counted(matched, 'record')}.`;
  return (
    `${counted(differences.length, 'difference')} from what AWS accepted; ${counted(matched, 'record')} equal.` +
    (unreadable > 0 ? ` ${counted(unreadable, 'event')} could not be read.` : '')
  );
}
