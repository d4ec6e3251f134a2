import { createHash } from 'node:crypto';
import { SELLER_ACCOUNT_ID } from './context';
import { HOUR_MS } from './limits';
import { millionths, type Millionths } from './quantity';
import type { Agreement, BilledRecord, MarketplaceState } from './state';

/**
 * AWS's Daily Usage data feed, as the seller guide describes it ("Daily Usage data feed",
 * https://docs.aws.amazon.com/marketplace/latest/userguide/data-feed-daily-usage.html; "Storage and structure of AWS
 * Marketplace data feeds", https://docs.aws.amazon.com/marketplace/latest/userguide/data-feed-details.html): its columns,
 * one row for a day, an agreement and a dimension, two decimals, accounts as hashes, a delivery at each midnight UTC.
 *
 * Inferred: that hours which AWS accepted after a delivery bring the whole day's row again with the next one, under the same
 * id and `valid_from`; that halves are rounded up. The simulator knows no prices, so their columns are empty.
 */
const COLUMNS = [
  'valid_from',
  'insert_date',
  'update_date',
  'delete_date',
  'usage_feed_id',
  'usage_date',
  'product_id',
  'agreement_id',
  'end_user_account_id',
  'payer_account_id',
  'region',
  'dimension_key',
  'usage_unit',
  'usage_quantity',
  'pricing_currency',
  'estimated_revenue_in_pricing_currency',
  'recipient_account_id',
  'offer_id',
  'usage_rate_per_unit_in_pricing_currency',
  'charge_item_description',
] as const;

type Row = Record<(typeof COLUMNS)[number], string>;

const DAY_MS = 24 * HOUR_MS;

/** The feed as CSV, with all that was delivered until now. @param month - of the usage, such as `2026-11`; absent: all */
export function dailyUsageCsv(
  state: MarketplaceState,
  { nowMs, month = '' }: { nowMs: number; month?: string },
): string {
  const wanted = [...state.billed.values()].filter(({ hour }) => hour.startsWith(month));
  const days = groupedBy(wanted, (record) => {
    const { productCode, licenseArn, accountId, dimension } = record;
    const owner = agreementOf(state, record)?.agreementId ?? [productCode, licenseArn, accountId];
    return JSON.stringify([record.hour.slice(0, 10), owner, dimension]);
  });
  const rows = [...days.values()].flatMap((records) => versionsOf(state, { records, nowMs }));
  const lines = [[...COLUMNS], ...rows.map((row) => COLUMNS.map((column) => row[column]))];
  return lines.map((cells) => `${cells.map(quoted).join(',')}\n`).join('');
}

/** `Map.groupBy`, which Node 20 does not have. */
function groupedBy<Key, Entry>(entries: readonly Entry[], keyOf: (entry: Entry) => Key): Map<Key, Entry[]> {
  const groups = new Map<Key, Entry[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  return groups;
}

const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;

/** A version for each delivery that brought new hours of the day. */
function versionsOf(
  state: MarketplaceState,
  { records, nowMs }: { records: readonly BilledRecord[]; nowMs: number },
): Row[] {
  const byDelivery = groupedBy(records, ({ billedAt }) => Math.ceil((Date.parse(billedAt) + 1) / DAY_MS) * DAY_MS);
  const deliveries = [...byDelivery].filter(([atMs]) => atMs <= nowMs).sort(([a], [b]) => a - b);
  const firstMs = deliveries[0]?.[0] ?? nowMs;
  let total: Millionths = 0n;
  return deliveries.flatMap(([atMs, delivered]) => {
    for (const { quantity } of delivered) total += millionths(quantity);
    const [any] = delivered;
    return any === undefined ? [] : [rowOf(state, any, { total, firstMs, atMs })];
  });
}

function rowOf(
  state: MarketplaceState,
  record: BilledRecord,
  { total, firstMs, atMs }: { total: Millionths; firstMs: number; atMs: number },
): Row {
  const { productCode, accountId, dimension, hour } = record;
  const agreement = agreementOf(state, record);
  const day = hour.slice(0, 10);
  const account = hashOf(accountId);
  return {
    valid_from: `${day}T00:00:00Z`,
    insert_date: timeOf(firstMs),
    update_date: timeOf(atMs),
    delete_date: '',
    usage_feed_id: hashOf(productCode, agreement?.agreementId ?? accountId, dimension, day),
    usage_date: day,
    product_id: state.products.get(productCode)?.productId ?? productCode,
    agreement_id: agreement?.agreementId ?? '',
    end_user_account_id: account,
    payer_account_id: account,
    region: 'us-east-1',
    dimension_key: dimension,
    usage_unit: 'Units',
    usage_quantity: twoDecimals(total),
    pricing_currency: 'USD',
    estimated_revenue_in_pricing_currency: '',
    recipient_account_id: hashOf(SELLER_ACCOUNT_ID),
    offer_id: agreement?.offerId ?? '',
    usage_rate_per_unit_in_pricing_currency: '',
    charge_item_description: '',
  };
}

/** The newest agreement that the usage of an hour can belong to. */
function agreementOf(
  { agreements }: MarketplaceState,
  { productCode, accountId, licenseArn, hour }: BilledRecord,
): Agreement | undefined {
  const endMs = Date.parse(hour) + HOUR_MS;
  return [...agreements.values()].findLast(
    (agreement) =>
      (agreement.startsAtMs ?? agreement.acceptedAtMs) < endMs &&
      (licenseArn === undefined
        ? agreement.productCode === productCode && agreement.accountId === accountId
        : agreement.licenseArn === licenseArn),
  );
}

const timeOf = (epochMs: number) => new Date(epochMs).toISOString().replace('.000Z', 'Z');

const hashOf = (...parts: readonly string[]) => createHash('sha256').update(JSON.stringify(parts)).digest('hex');

const CENT = 10_000n;

function twoDecimals(value: Millionths): string {
  const hundredths = (value + CENT / 2n) / CENT;
  return `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`;
}
