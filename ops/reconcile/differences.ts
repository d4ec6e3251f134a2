import type { Hour } from '../../lambdas/shared/domain/hour';
import type { HourState } from '../../lambdas/shared/domain/hourly-usage';
import { toLicenseId } from '../../lambdas/shared/domain/license-id';
import type { CustomerIdentity } from '../../lambdas/shared/domain/metering-record';

/** An hour of the ledger with a frozen record. */
export interface OurRecord {
  subscriptionId: string;
  productCode: string;
  customer: CustomerIdentity;
  /** What the subscription says; of older products it helps to find the customer. */
  customerAWSAccountId?: string;
  dimension: string;
  hour: Hour;
  state: HourState;
  quantity: number;
  meteringRecordId?: string;
}

/** A record that AWS accepted: whoever tells of it may leave out who the customer is, in one of the ways there are. */
export interface TheirRecord {
  meteringRecordId?: string;
  productCode?: string;
  licenseArn?: string;
  customerIdentifier?: string;
  customerAWSAccountId?: string;
  dimension: string;
  hour: Hour;
  quantity: number;
}

export type DifferenceKind =
  /** The ledger says billed; AWS tells of no such record. */
  | 'missingAtAws'
  /** AWS accepted another quantity for the hour. */
  | 'quantityDiffers'
  /** AWS accepted what the ledger does not hold for billed. */
  | 'acceptedButNotBilledHere'
  /** AWS accepted a record that the ledger knows nothing of: something else meters, too. */
  | 'unknownHere'
  /** AWS tells of several records for one hour of ours. */
  | 'acceptedTwice';

export interface Difference {
  kind: DifferenceKind;
  dimension: string;
  hour: Hour;
  ours?: OurRecord;
  theirs: TheirRecord[];
}

export interface Reconciliation {
  /** Hours billed here that AWS accepted with the same quantity. */
  matched: number;
  differences: Difference[];
  totals: { dimension: string; billedHere: bigint; acceptedByAws: bigint }[];
}

/** Compares by record. AWS repeats itself: a record that was sent again is told of again, with the same id. */
export function reconcile(ours: readonly OurRecord[], accepted: readonly TheirRecord[]): Reconciliation {
  const theirs = distinct(accepted);
  const find = finderIn(ours);
  const found = new Map<OurRecord, TheirRecord[]>();
  const differences: Difference[] = [];
  for (const record of theirs) {
    const own = find(record);
    if (own === undefined) {
      differences.push({ kind: 'unknownHere', dimension: record.dimension, hour: record.hour, theirs: [record] });
    } else found.set(own, [...(found.get(own) ?? []), record]);
  }
  let matched = 0;
  for (const record of ours) {
    const kind = differenceOf(record, found.get(record) ?? []);
    if (kind === 'matched') matched += 1;
    else if (kind !== undefined) {
      const { dimension, hour } = record;
      differences.push({ kind, dimension, hour, ours: record, theirs: found.get(record) ?? [] });
    }
  }
  return { matched, differences: differences.sort(byHour), totals: totalsOf(ours, theirs) };
}

function differenceOf(
  { state, quantity }: OurRecord,
  [first, ...more]: readonly TheirRecord[],
): DifferenceKind | 'matched' | undefined {
  if (first === undefined) return state === 'billed' ? 'missingAtAws' : undefined;
  if (more.length > 0) return 'acceptedTwice';
  if (first.quantity !== quantity) return 'quantityDiffers';
  return state === 'billed' ? 'matched' : 'acceptedButNotBilledHere';
}

function distinct(records: readonly TheirRecord[]): TheirRecord[] {
  const byName = new Map<string, TheirRecord>();
  for (const record of records) {
    const name = record.meteringRecordId ?? JSON.stringify([placesOf(record), record.quantity]);
    if (!byName.has(name)) byName.set(name, record);
  }
  return [...byName.values()];
}

/** By the id that AWS gave; else by what AWS deduplicates on, by whichever name of the customer both know. */
function finderIn(ours: readonly OurRecord[]): (theirs: TheirRecord) => OurRecord | undefined {
  const byId = new Map<string, OurRecord>();
  const byPlace = new Map<string, OurRecord>();
  for (const record of ours) {
    if (record.meteringRecordId) byId.set(record.meteringRecordId, record);
    for (const place of placesOfOurs(record)) byPlace.set(place, record);
  }
  return (theirs) =>
    byId.get(theirs.meteringRecordId ?? '') ??
    placesOf(theirs)
      .map((place) => byPlace.get(place))
      .find((record) => record !== undefined);
}

function placesOfOurs({ customer, customerAWSAccountId, ...record }: OurRecord): string[] {
  if (customer.mode === 'license') return placesOf({ ...record, licenseArn: customer.licenseArn });
  return placesOf({ ...record, customerIdentifier: customer.customerIdentifier, customerAWSAccountId });
}

/** An account may hold several licences of a product: with a licence, nothing else says which. */
function placesOf(
  record: Pick<
    TheirRecord,
    'licenseArn' | 'productCode' | 'customerIdentifier' | 'customerAWSAccountId' | 'dimension' | 'hour'
  >,
): string[] {
  const { licenseArn, productCode, customerIdentifier, customerAWSAccountId, dimension, hour } = record;
  const place = (...customer: string[]) => JSON.stringify([...customer, dimension, hour]);
  if (licenseArn !== undefined) return [place('license', toLicenseId(licenseArn) ?? licenseArn)];
  if (productCode === undefined) return [];
  return [
    ...(customerIdentifier === undefined ? [] : [place('customer', productCode, customerIdentifier)]),
    ...(customerAWSAccountId === undefined ? [] : [place('account', productCode, customerAWSAccountId)]),
  ];
}

function totalsOf(ours: readonly OurRecord[], theirs: readonly TheirRecord[]): Reconciliation['totals'] {
  const billed = ours.filter(({ state }) => state === 'billed');
  const dimensions = [...new Set([...billed, ...theirs].map(({ dimension }) => dimension))].sort();
  return dimensions.map((dimension) => ({
    dimension,
    billedHere: sumOf(billed, dimension),
    acceptedByAws: sumOf(theirs, dimension),
  }));
}

function sumOf(records: readonly { dimension: string; quantity: number }[], dimension: string): bigint {
  let sum = 0n;
  for (const record of records) if (record.dimension === dimension) sum += BigInt(record.quantity);
  return sum;
}

function byHour(a: Difference, b: Difference): number {
  const [left, right] = [a, b].map(({ hour, dimension }) => `${hour} ${dimension}`);
  return (left ?? '') < (right ?? '') ? -1 : 1;
}
