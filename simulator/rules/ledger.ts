import type { Operation } from './faults';
import { millionths, quantityText } from './quantity';
import type { BilledRecord, CallRecord } from './state';

/** The amount AWS would bill one customer for one dimension. */
export interface LedgerTotal extends Pick<
  BilledRecord,
  'productCode' | 'accountId' | 'licenseArn' | 'form' | 'dimension'
> {
  records: number;
  /** Decimal text, as in `BilledRecord`. */
  quantity: string;
}

/** Totals per customer, product, license, form and dimension, in the order of their first billed record. */
export function ledgerTotals(billed: Iterable<BilledRecord>): LedgerTotal[] {
  const totals = new Map<string, LedgerTotal>();
  for (const { productCode, accountId, licenseArn, form, dimension, quantity } of billed) {
    const key = JSON.stringify([productCode, accountId, licenseArn, form, dimension]);
    const before = totals.get(key) ?? { records: 0, quantity: '0' };
    const [records, sum] = [before.records + 1, millionths(before.quantity) + millionths(quantity)];
    totals.set(key, { productCode, accountId, licenseArn, form, dimension, records, quantity: quantityText(sum) });
  }
  return [...totals.values()];
}

/** A customer's hour that was metered both by product code and by license. AWS bills it twice. */
export type DoubleBilling = Pick<BilledRecord, 'productCode' | 'accountId' | 'dimension' | 'hour'>;

/** The hours that were billed twice, in the order of the second billing. */
export function doubleBillings(billed: Iterable<BilledRecord>): DoubleBilling[] {
  const forms = new Map<string, BilledRecord['form']>();
  const found = new Map<string, DoubleBilling>();
  for (const { productCode, accountId, dimension, hour, form } of billed) {
    const key = JSON.stringify([productCode, accountId, dimension, hour]);
    const first = forms.get(key) ?? form;
    forms.set(key, first);
    if (first !== form) found.set(key, { productCode, accountId, dimension, hour });
  }
  return [...found.values()];
}

export interface CallStatistics {
  calls: number;
  answered: number;
  throttled: number;
  /** Exceptions other than ThrottlingException, and dropped calls. */
  failed: number;
  records: number;
  /** The largest number of records in one call. */
  largestBatch: number;
  productCodes: string[];
}

export function callStatistics(calls: readonly CallRecord[], operation: Operation): CallStatistics {
  const own = calls.filter((call) => call.operation === operation);
  const count = (of: (call: CallRecord) => boolean) => own.filter(of).length;
  const answered = count(({ outcome }) => outcome === 'answered');
  const throttled = count(({ outcome }) => outcome === 'ThrottlingException');
  return {
    calls: own.length,
    answered,
    throttled,
    failed: own.length - answered - throttled,
    records: own.reduce((sum, { records }) => sum + records, 0),
    largestBatch: own.reduce((largest, { records }) => Math.max(largest, records), 0),
    productCodes: [...new Set(own.flatMap(({ productCodes }) => productCodes))],
  };
}
