import { decimal, sum, type Decimal } from '../../lambdas/shared/domain/decimal';
import type { Hour } from '../../lambdas/shared/domain/hour';
import type { HourState } from '../../lambdas/shared/domain/hourly-usage';
import { toLicenseId } from '../../lambdas/shared/domain/identity';
import type { CustomerIdentity } from '../../lambdas/shared/domain/metering-record';

/** A frozen record of the ledger, with the state of its hour. */
export interface OurRecord {
  subscriptionId: string;
  productCode: string;
  customer: CustomerIdentity;
  /** The account of the subscription, which helps to find customers of older products. */
  customerAWSAccountId?: string;
  dimension: string;
  hour: Hour;
  state: HourState;
  /** Decimal text. */
  quantity: string;
  meteringRecordId?: string;
}

/** A record that AWS accepted. Each source fills in some of the customer's identifiers. */
export interface TheirRecord {
  meteringRecordId?: string;
  productCode?: string;
  licenseArn?: string;
  customerIdentifier?: string;
  customerAWSAccountId?: string;
  dimension: string;
  hour: Hour;
  /** Decimal text. */
  quantity: string;
}

type DifferenceKind =
  /** The ledger says billed, but AWS reports no such record. */
  | 'missingAtAws'
  /** AWS accepted a different quantity for the hour. */
  | 'quantityDiffers'
  /** AWS accepted a record that is not billed in the ledger. */
  | 'acceptedButNotBilledHere'
  /** AWS accepted a record that is not in the ledger: something else also meters the product. */
  | 'unknownHere'
  /** AWS reports several records for one hour of the ledger. */
  | 'acceptedTwice';

export interface Difference {
  kind: DifferenceKind;
  dimension: string;
  hour: Hour;
  ours?: OurRecord;
  theirs: TheirRecord[];
}

export interface Reconciliation {
  /** The number of billed hours that AWS accepted with the same quantity. */
  matched: number;
  /** These hours. */
  equal: OurRecord[];
  differences: Difference[];
  /** By product and dimension, because two products may have different units under one name. */
  totals: { productCode: string | undefined; dimension: string; billedHere: Decimal; acceptedByAws: Decimal }[];
}

/** Compares record by record. AWS reports a record again, with the same id, each time it is sent. */
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
  const equal: OurRecord[] = [];
  for (const record of ours) {
    const kind = differenceOf(record, found.get(record) ?? []);
    if (kind === 'matched') equal.push(record);
    else if (kind !== undefined) {
      const { dimension, hour } = record;
      differences.push({ kind, dimension, hour, ours: record, theirs: found.get(record) ?? [] });
    }
  }
  return { matched: equal.length, equal, differences: differences.sort(byHour), totals: totalsOf(ours, theirs, find) };
}

function differenceOf(
  { state, quantity }: OurRecord,
  [first, ...more]: readonly TheirRecord[],
): DifferenceKind | 'matched' | undefined {
  if (first === undefined) return state === 'billed' ? 'missingAtAws' : undefined;
  if (more.length > 0) return 'acceptedTwice';
  if (!decimal(first.quantity).eq(quantity)) return 'quantityDiffers';
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

/** Finds a record by AWS's id, or else by the key that AWS deduplicates on, with any customer identifier that both have. */
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

/** A record with a licence is found by the licence only, because an account may hold several licences of a product. */
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

function totalsOf(
  ours: readonly OurRecord[],
  theirs: readonly TheirRecord[],
  find: (theirs: TheirRecord) => OurRecord | undefined,
): Reconciliation['totals'] {
  const here = ours.filter(({ state }) => state === 'billed');
  // A record with a licence does not name its product, but ours does.
  const there = theirs.map((record) => ({ ...record, productCode: find(record)?.productCode ?? record.productCode }));
  const [billed, accepted] = [here, there].map((records: readonly Summed[]) => Map.groupBy(records, nameOf));
  const names = [...new Set([...(billed?.keys() ?? []), ...(accepted?.keys() ?? [])])].sort();
  return names.flatMap((name) => {
    const [mine = [], others = []] = [billed?.get(name), accepted?.get(name)];
    const [first] = [...mine, ...others];
    if (first === undefined) return [];
    const { productCode, dimension } = first;
    return [{ productCode, dimension, billedHere: sumOf(mine), acceptedByAws: sumOf(others) }];
  });
}

interface Summed {
  productCode?: string;
  dimension: string;
  quantity: string;
}

const nameOf = ({ productCode = '', dimension }: Summed) => JSON.stringify([dimension, productCode]);

const sumOf = (records: readonly Summed[]): Decimal => sum(records.map(({ quantity }) => decimal(quantity)));

function byHour(a: Difference, b: Difference): number {
  const [left, right] = [a, b].map(({ hour, dimension }) => `${hour} ${dimension}`);
  return (left ?? '') < (right ?? '') ? -1 : 1;
}
