import type { BilledRecord, CallRecord } from './state';
import type { Operation } from './faults';

/** What AWS would bill one customer for one dimension. */
export interface LedgerTotal {
  productCode: string;
  accountId: string;
  /** Absent for the legacy form. */
  licenseArn?: string;
  form: BilledRecord['form'];
  dimension: string;
  records: number;
  /** A whole number of any size, so not a JavaScript number. */
  quantity: bigint;
}

/** Totals per customer, product, licence, form and dimension, in the order in which they were first billed. */
export function ledgerTotals(billed: Iterable<BilledRecord>): LedgerTotal[] {
  const totals = new Map<string, LedgerTotal>();
  for (const { productCode, accountId, licenseArn, form, dimension, quantity } of billed) {
    const key = JSON.stringify([productCode, accountId, licenseArn, form, dimension]);
    const total = totals.get(key) ?? {
      productCode,
      accountId,
      licenseArn,
      form,
      dimension,
      records: 0,
      quantity: 0n,
    };
    totals.set(key, { ...total, records: total.records + 1, quantity: total.quantity + BigInt(quantity) });
  }
  return [...totals.values()];
}

/** A customer's hour that was metered by product code and by licence: AWS bills each, so the customer pays twice. */
export type DoubleBilling = Pick<BilledRecord, 'productCode' | 'accountId' | 'dimension' | 'hour'>;

/** The hours of the ledger that are billed in both forms, in the order in which the second was. */
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
  /** Exceptions other than throttling, and dropped connections. */
  failed: number;
  records: number;
  /** Most records in one call. */
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
