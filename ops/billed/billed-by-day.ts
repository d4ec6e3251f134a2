import { decimal, ZERO, type Decimal } from '../../lambdas/shared/domain/decimal';
import type { OurRecord } from '../reconcile/differences';

/** What was billed to one buyer for one dimension of one product: only such quantities have one unit. */
export interface Billed {
  productCode: string;
  dimension: string;
  subscriptionId: string;
  customerAWSAccountId: string | undefined;
  /** `2026-07-14` in UTC; absent in the sum of all days. */
  day?: string;
  records: number;
  quantity: Decimal;
}

/** Sums records by buyer, product, dimension and UTC day, in this order. */
export function billedByDay(records: readonly OurRecord[]): Billed[] {
  return grouped(records, ({ hour }) => hour.slice(0, 10));
}

/** Sums records by buyer, product and dimension. */
export function billedByBuyer(records: readonly OurRecord[]): Billed[] {
  return grouped(records, () => undefined);
}

function grouped(records: readonly OurRecord[], dayOf: (record: OurRecord) => string | undefined): Billed[] {
  const groups = new Map<string, Billed>();
  for (const record of records) {
    const { productCode, dimension, subscriptionId, customer } = record;
    const account =
      record.customerAWSAccountId ?? ('customerAWSAccountId' in customer ? customer.customerAWSAccountId : undefined);
    const day = dayOf(record);
    const name = JSON.stringify([account ?? '', subscriptionId, productCode, dimension, day]);
    const group = groups.get(name) ?? {
      productCode,
      dimension,
      subscriptionId,
      customerAWSAccountId: account,
      day,
      records: 0,
      quantity: ZERO,
    };
    groups.set(name, { ...group, records: group.records + 1, quantity: group.quantity.plus(decimal(record.quantity)) });
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}
