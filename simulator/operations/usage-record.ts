import * as z from 'zod';
import {
  ACCOUNT_ID,
  LICENSE_ARN,
  MAX_ALLOCATIONS,
  MAX_QUANTITY,
  MAX_RECORDS_PER_CALL,
  PRODUCT_CODE,
} from '../rules/limits';

const quantity = z.int().min(0).max(MAX_QUANTITY);

/** The limits of the service model, except those on tags: AWS documents InvalidTagException for these. */
const usageRecord = z.object({
  /** Epoch seconds; may have a fraction. */
  Timestamp: z.number(),
  CustomerIdentifier: z.string().max(255).optional(),
  Dimension: z.string().min(1).max(255),
  Quantity: quantity.optional(),
  UsageAllocations: z
    .array(
      z.object({
        AllocatedUsageQuantity: quantity,
        Tags: z.array(z.object({ Key: z.string(), Value: z.string() })).optional(),
      }),
    )
    .min(1)
    .max(MAX_ALLOCATIONS)
    .optional(),
  CustomerAWSAccountId: z.string().min(1).max(255).regex(ACCOUNT_ID).optional(),
  LicenseArn: z.string().regex(LICENSE_ARN).optional(),
});

export const batchMeterUsageRequest = z.object({
  UsageRecords: z.array(usageRecord).max(MAX_RECORDS_PER_CALL),
  ProductCode: z.string().max(255).regex(PRODUCT_CODE).optional(),
});

export type UsageRecord = z.output<typeof usageRecord>;
/** Rounded, because a fraction of a second times 1000 is rarely whole. */
export const timestampMs = ({ Timestamp }: UsageRecord) => Math.round(Timestamp * 1000);
export type UsageAllocation = NonNullable<UsageRecord['UsageAllocations']>[number];
export type BatchMeterUsageRequest = z.output<typeof batchMeterUsageRequest>;
