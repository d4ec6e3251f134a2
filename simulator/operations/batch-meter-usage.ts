import type { Context } from '../rules/context';
import type { FaultKind } from '../rules/faults';
import { HOUR_MS } from '../rules/limits';
import { quantityText } from '../rules/quantity';
import { shuffled, uuid } from '../rules/random';
import { ServiceError } from '../rules/service-error';
import { deduplicationKey, type Allocation, type BilledRecord } from '../rules/state';
import { requireOneKindOfQuantity, requireValidAllocations } from './allocation-rules';
import { readRequest } from './read-request';
import { requireAcceptedTimestamp } from './timestamp-rules';
import { findCustomer, type UsageCustomer } from './usage-customer';
import {
  allocatedQuantityOf,
  batchMeterUsageRequest,
  hasDecimals,
  quantityOf,
  timestampMs,
  type BatchMeterUsageRequest,
  type UsageRecord,
  wholeBatchMeterUsageRequest,
} from './usage-record';

export interface UsageRecordResult {
  UsageRecord: UsageRecord;
  MeteringRecordId?: string;
  Status: 'Success' | 'CustomerNotSubscribed' | 'DuplicateRecord';
}

export interface BatchMeterUsageOutput {
  Results: UsageRecordResult[];
  UnprocessedRecords: UsageRecord[];
}

/** Meters a batch. All records are checked before any is billed: one that breaks a request-level rule fails the call. */
export function batchMeterUsage(context: Context, input: unknown): BatchMeterUsageOutput {
  const request = readBatch(context, input);
  if (context.faults.take('BatchMeterUsage', 'licenseNotActive')) {
    throw new ServiceError('InvalidLicenseException', 'The license is not active yet.');
  }
  const usages = request.UsageRecords.map((record) => ({ record, customer: check(context, request, record) }));
  requireOneProduct(usages.map(({ customer }) => customer));
  const unprocessed = affectedBy(context, 'unprocessed', usages.length);
  const notSubscribed = affectedBy(context, 'customerNotSubscribed', usages.length);
  const results = usages
    .map(({ record, customer }, index) => ({
      record,
      index,
      customer: notSubscribed.has(index) ? { ...customer, agreement: undefined } : customer,
    }))
    .filter(({ index }) => !unprocessed.has(index))
    .map(({ record, customer }) => meter(context, record, customer));
  return {
    Results: context.faults.take('BatchMeterUsage', 'reorder') ? shuffled(context.random, results) : results,
    UnprocessedRecords: usages.filter((_, index) => unprocessed.has(index)).map(({ record }) => record),
  };
}

function readBatch({ options: { decimals } }: Context, input: unknown): BatchMeterUsageRequest {
  if (decimals === 'unknown') return readRequest(wholeBatchMeterUsageRequest, input);
  const request = readRequest(batchMeterUsageRequest, input);
  if (decimals === 'refused' && request.UsageRecords.some(hasDecimals)) {
    throw new ServiceError('ValidationException', 'Decimal quantities are not supported. Use Quantity.');
  }
  return request;
}

function check(context: Context, request: BatchMeterUsageRequest, record: UsageRecord): UsageCustomer {
  requireOneKindOfQuantity(record);
  requireAcceptedTimestamp(timestampMs(record), context.clock.now());
  const customer = findCustomer(context, request, record);
  if (!customer.product.dimensions.includes(record.Dimension)) {
    throw new ServiceError(
      'InvalidUsageDimensionException',
      `The product ${customer.product.productCode} has no dimension ${record.Dimension}.`,
    );
  }
  requireValidAllocations(record);
  return customer;
}

function requireOneProduct(customers: UsageCustomer[]): void {
  if (new Set(customers.map(({ product }) => product.productCode)).size > 1) {
    throw new ServiceError('InvalidProductCodeException', 'All usage records of a request must be for one product.');
  }
  if (new Set(customers.map(({ licenseArn }) => licenseArn !== undefined)).size > 1) {
    throw new ServiceError(
      'InvalidLicenseException',
      'Either all usage records of a request must have a LicenseArn, or none.',
    );
  }
}

function affectedBy(context: Context, kind: FaultKind, count: number): ReadonlySet<number> {
  const fault = count > 0 ? context.faults.take('BatchMeterUsage', kind) : undefined;
  return fault ? context.faults.affected(fault, count) : new Set();
}

/**
 * Bills one record per customer, license, dimension and hour. An identical record gets the same answer again. Another
 * quantity or other allocations get DuplicateRecord, and the first record stands. Quantities are compared by value,
 * whichever field holds them (MODEL).
 */
function meter(context: Context, record: UsageRecord, customer: UsageCustomer): UsageRecordResult {
  const { form, product, accountId, licenseArn, agreement } = customer;
  const hourMs = Math.floor(timestampMs(record) / HOUR_MS) * HOUR_MS;
  const { productCode } = product;
  const hour = new Date(hourMs).toISOString();
  const key = deduplicationKey({ form, productCode, accountId, licenseArn, dimension: record.Dimension, hour });
  const quantity = quantityText(quantityOf(record));
  const allocations = (record.UsageAllocations ?? []).map((allocation) => ({
    quantity: quantityText(allocatedQuantityOf(allocation)),
    tags: (allocation.Tags ?? []).map(({ Key, Value }) => ({ key: Key, value: Value })),
  }));
  const first = context.state.billed.get(key);
  if (first) {
    const isSame = first.quantity === quantity && canonical(first.allocations) === canonical(allocations);
    if (!isSame) return { UsageRecord: record, Status: 'DuplicateRecord' };
    return { UsageRecord: record, MeteringRecordId: first.meteringRecordId, Status: 'Success' };
  }
  if (!agreement) return { UsageRecord: record, Status: 'CustomerNotSubscribed' };
  const billed: BilledRecord = {
    meteringRecordId: uuid(context.random),
    form,
    productCode,
    accountId,
    licenseArn,
    dimension: record.Dimension,
    hour,
    timestamp: new Date(timestampMs(record)).toISOString(),
    quantity,
    allocations,
    billedAt: new Date(context.clock.now()).toISOString(),
    freeTrial: timestampMs(record) < (agreement.trialEndsAtMs ?? 0),
  };
  context.state.billed.set(key, billed);
  return { UsageRecord: record, MeteringRecordId: billed.meteringRecordId, Status: 'Success' };
}

/** The same text for the same allocations, whatever the order of the allocations and of their tags. */
function canonical(allocations: readonly Allocation[]): string {
  const texts = allocations.map(({ quantity, tags }) =>
    JSON.stringify([quantity, tags.map(({ key, value }) => JSON.stringify([key, value])).sort()]),
  );
  return JSON.stringify(texts.sort());
}
