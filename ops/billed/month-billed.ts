import { decimalText } from '../../lambdas/shared/domain/decimal';
import type { Month } from '../arguments';
import type { Ops } from '../command';
import { toCsv } from '../output/csv';
import { productOf } from '../product-of';
import { ourRecords } from '../reconcile/our-records';
import { billedByBuyer, billedByDay, type Billed } from './billed-by-day';

/** Quantities of different products or dimensions have different units, so that no sum spans two of them. */
export interface MonthBilled {
  records: number;
  /** Records that wait for AWS's answer. */
  waiting: number;
  buyers: ShownBilled[];
  days: ShownBilled[];
  /** The days, for a spreadsheet. */
  csv: string;
}

/** What AWS accepted of a month's usage, by the hour of the usage in UTC. */
export async function monthBilled(ops: Ops, month: Month): Promise<MonthBilled> {
  const records = await ourRecords(ops, month);
  const billed = records.filter(({ state }) => state === 'billed');
  const waiting = records.filter(({ state }) => state === 'sealed').length;
  const days = billedByDay(billed).map((each) => shown(each, ops));
  const buyers = billedByBuyer(billed).map((each) => shown(each, ops));
  return { records: billed.length, waiting, buyers, days, csv: toCsv(CSV_COLUMNS, days.map(cells(...CSV_COLUMNS))) };
}

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

export type ShownBilled = ReturnType<typeof shown>;

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

export const cells =
  (...names: readonly (keyof ShownBilled)[]) =>
  (each: ShownBilled) =>
    names.map((name) => each[name]);
