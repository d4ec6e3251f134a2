import type { FaultKind } from '../rules/faults';
import { HOUR_MS } from '../rules/limits';
import { shuffled, uuid } from '../rules/random';
import { ServiceError } from '../rules/service-error';
import type { BilledRecord } from '../rules/state';
import type { World } from '../rules/world';
import { requireValidAllocations, tagSet } from './allocation-rules';
import { readRequest } from './model';
import { requireAcceptedTimestamp } from './timestamp-rules';
import { findCustomer, type UsageCustomer } from './usage-customer';
import { batchMeterUsageRequest, timestampMs, type BatchMeterUsageRequest, type UsageRecord } from './usage-record';

export interface UsageRecordResult {
  UsageRecord: UsageRecord;
  MeteringRecordId?: string;
  Status: 'Success' | 'CustomerNotSubscribed' | 'DuplicateRecord';
}

export interface BatchMeterUsageOutput {
  Results: UsageRecordResult[];
  UnprocessedRecords: UsageRecord[];
}

/**
 * Meters a batch. First every record is checked, because one that breaks a request-level rule sinks the whole call;
 * only then is anything billed.
 */
export function batchMeterUsage(world: World, input: unknown): BatchMeterUsageOutput {
  const request = readRequest(batchMeterUsageRequest, input);
  if (world.faults.take('BatchMeterUsage', 'licenseNotActive')) {
    throw new ServiceError('InvalidLicenseException', 'The license is not active yet.');
  }
  const usages = request.UsageRecords.map((record) => ({ record, customer: check(world, request, record) }));
  requireOneProduct(usages.map(({ customer }) => customer));
  const unprocessed = affectedBy(world, 'unprocessed', usages.length);
  const notSubscribed = affectedBy(world, 'customerNotSubscribed', usages.length);
  const results = usages
    .map(({ record, customer }, index) => ({
      record,
      index,
      customer: notSubscribed.has(index) ? { ...customer, agreement: undefined } : customer,
    }))
    .filter(({ index }) => !unprocessed.has(index))
    .map(({ record, customer }) => meter(world, record, customer));
  return {
    Results: world.faults.take('BatchMeterUsage', 'reorder') ? shuffled(world.random, results) : results,
    UnprocessedRecords: usages.filter((_, index) => unprocessed.has(index)).map(({ record }) => record),
  };
}

function check(world: World, request: BatchMeterUsageRequest, record: UsageRecord): UsageCustomer {
  requireAcceptedTimestamp(timestampMs(record), world.clock.now());
  const customer = findCustomer(world, request, record);
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
    throw new ServiceError('InvalidProductCodeException', 'Each BatchMeterUsage request is for only one product.');
  }
  if (new Set(customers.map(({ licenseArn }) => licenseArn !== undefined)).size > 1) {
    throw new ServiceError('InvalidLicenseException', 'Either all records of a request carry a LicenseArn, or none.');
  }
}

function affectedBy(world: World, kind: FaultKind, count: number): ReadonlySet<number> {
  const fault = count > 0 ? world.faults.take('BatchMeterUsage', kind) : undefined;
  return fault ? world.faults.affected(fault, count) : new Set();
}

/**
 * Bills one record, once per customer, licence, dimension and hour: the same again gets the same answer, another
 * quantity or other allocations are a DuplicateRecord and the first stands.
 */
function meter(world: World, record: UsageRecord, customer: UsageCustomer): UsageRecordResult {
  const { form, product, accountId, licenseArn, agreement } = customer;
  const hourMs = Math.floor(timestampMs(record) / HOUR_MS) * HOUR_MS;
  const key = JSON.stringify([form, product.productCode, accountId, licenseArn ?? '', record.Dimension, hourMs]);
  const first = world.state.billed.get(key);
  if (first) {
    if (!sameUsage(first, record)) return { UsageRecord: record, Status: 'DuplicateRecord' };
    return { UsageRecord: record, MeteringRecordId: first.meteringRecordId, Status: 'Success' };
  }
  if (!agreement) return { UsageRecord: record, Status: 'CustomerNotSubscribed' };
  const billed: BilledRecord = {
    meteringRecordId: uuid(world.random),
    form,
    productCode: product.productCode,
    accountId,
    licenseArn,
    dimension: record.Dimension,
    hour: new Date(hourMs).toISOString(),
    timestamp: new Date(timestampMs(record)).toISOString(),
    quantity: record.Quantity ?? 0,
    allocations: (record.UsageAllocations ?? []).map(({ AllocatedUsageQuantity, Tags = [] }) => ({
      quantity: AllocatedUsageQuantity,
      tags: Tags.map(({ Key, Value }) => ({ key: Key, value: Value })),
    })),
    billedAt: new Date(world.clock.now()).toISOString(),
    freeTrial: agreement.freeTrial,
  };
  world.state.billed.set(key, billed);
  return { UsageRecord: record, MeteringRecordId: billed.meteringRecordId, Status: 'Success' };
}

function sameUsage(billed: BilledRecord, record: UsageRecord): boolean {
  const before = billed.allocations.map(({ quantity, tags }) => ({
    AllocatedUsageQuantity: quantity,
    ...(tags.length > 0 && { Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })) }),
  }));
  return (
    billed.quantity === (record.Quantity ?? 0) &&
    allocationSet(before).join('\n') === allocationSet(record.UsageAllocations).join('\n')
  );
}

function allocationSet(allocations: UsageRecord['UsageAllocations'] = []): string[] {
  return allocations
    .map((allocation) => JSON.stringify([tagSet(allocation), allocation.AllocatedUsageQuantity]))
    .sort();
}
