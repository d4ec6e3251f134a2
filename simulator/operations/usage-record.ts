import * as z from 'zod';
import {
  ACCOUNT_ID,
  DECIMAL_QUANTITY,
  LICENSE_ARN,
  MAX_ALLOCATIONS,
  MAX_DECIMAL_LENGTH,
  MAX_QUANTITY,
  MAX_RECORDS_PER_CALL,
  PRODUCT_CODE,
} from '../rules/limits';
import { millionths, type Millionths } from '../rules/quantity';

const quantity = z.int().min(0).max(MAX_QUANTITY);
const decimal = z.string().min(1).max(MAX_DECIMAL_LENGTH).regex(DECIMAL_QUANTITY);

const usageAllocation = z.object({
  AllocatedUsageQuantity: quantity.optional(),
  AllocatedUsageQuantityAsDecimal: decimal.optional(),
  Tags: z.array(z.object({ Key: z.string(), Value: z.string() })).optional(),
});

/** The limits of the service model, except those on tags: AWS documents InvalidTagException for these. */
const usageRecord = z.object({
  /** Epoch seconds; may have a fraction. */
  Timestamp: z.number(),
  CustomerIdentifier: z.string().max(255).optional(),
  Dimension: z.string().min(1).max(255),
  Quantity: quantity.optional(),
  QuantityAsDecimal: decimal.optional(),
  UsageAllocations: z.array(usageAllocation).min(1).max(MAX_ALLOCATIONS).optional(),
  CustomerAWSAccountId: z.string().min(1).max(255).regex(ACCOUNT_ID).optional(),
  LicenseArn: z.string().regex(LICENSE_ARN).optional(),
});

export const batchMeterUsageRequest = z.object({
  UsageRecords: z.array(usageRecord).max(MAX_RECORDS_PER_CALL),
  ProductCode: z.string().max(255).regex(PRODUCT_CODE).optional(),
});

const wholeAllocation = usageAllocation
  .omit({ AllocatedUsageQuantityAsDecimal: true })
  .required({ AllocatedUsageQuantity: true });
const wholeRecord = usageRecord.omit({ QuantityAsDecimal: true }).extend({
  UsageAllocations: z.array(wholeAllocation).min(1).max(MAX_ALLOCATIONS).optional(),
});

/** The request of the model before 2026-10-20, which knows no decimals. */
export const wholeBatchMeterUsageRequest = batchMeterUsageRequest.extend({
  UsageRecords: z.array(wholeRecord).max(MAX_RECORDS_PER_CALL),
});

export type UsageRecord = z.output<typeof usageRecord>;
/** Rounded, because a fraction of a second times 1000 is rarely whole. */
export const timestampMs = ({ Timestamp }: UsageRecord) => Math.round(Timestamp * 1000);
export const hasDecimals = ({ QuantityAsDecimal, UsageAllocations = [] }: UsageRecord): boolean =>
  QuantityAsDecimal !== undefined ||
  UsageAllocations.some(({ AllocatedUsageQuantityAsDecimal }) => AllocatedUsageQuantityAsDecimal !== undefined);
/** Defaults to 0 when the record has neither field (MODEL). */
export const quantityOf = ({ Quantity, QuantityAsDecimal }: UsageRecord): Millionths =>
  millionths(QuantityAsDecimal ?? Quantity ?? 0);
export const allocatedQuantityOf = (allocation: UsageAllocation): Millionths =>
  millionths(allocation.AllocatedUsageQuantityAsDecimal ?? allocation.AllocatedUsageQuantity ?? 0);
export type UsageAllocation = NonNullable<UsageRecord['UsageAllocations']>[number];
export type BatchMeterUsageRequest = z.output<typeof batchMeterUsageRequest>;
