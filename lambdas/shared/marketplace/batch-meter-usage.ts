import {
  MarketplaceMeteringServiceException,
  type MarketplaceMeteringClient,
  type UsageRecord,
} from '@aws-sdk/client-marketplace-metering';
import type { QuantityForm } from '../contract/seller-configuration';
import { HOUR_MS } from '../domain/hour';
import { toLicenseId } from '../domain/identity';
import type { Allocation, MeteringOutcome, MeteringRecord } from '../domain/metering-record';
import { isAccountRefusal, isClientFault, isThrottle, statusOf } from './aws-errors';
import {
  sendBatchMeterUsage,
  type BatchMeterUsageAnswer,
  type DecimalUsageAllocation,
  type DecimalUsageRecord,
} from './decimal-members';
import { echoOf } from './echoed-quantity';

/** The result of a whole call. */
export type MeteringCallResult =
  /** One outcome per record, in the order of the request. */
  | { outcome: 'answered'; records: MeteringOutcome[] }
  /** AWS refused the whole call because of one or more of its records. No record is billed. */
  | { outcome: 'refused'; reason: string }
  /** Our credentials, permissions or product code are wrong. No record is at fault, and none is billed. */
  | { outcome: 'misconfigured'; reason: string }
  /** No record is billed. */
  | { outcome: 'throttled' }
  /** AWS may or may not have billed the records. */
  | { outcome: 'ambiguous'; reason: string };

export interface MeteringGateway {
  /** Sends at most 25 records of one product, identity mode and form in one call. Never throws for a response from AWS. */
  batchMeterUsage(records: readonly MeteringRecord[]): Promise<MeteringCallResult>;
}

/** Faults of our configuration in this call: sending the records one by one would not help. */
const MISCONFIGURATIONS = new Set([
  'DisabledApiException',
  'InvalidEndpointRegionException',
  'InvalidProductCodeException',
]);

/** Calls BatchMeterUsage. The client must not retry: every attempt counts against the quota and has its own answer. */
export class AwsMeteringGateway implements MeteringGateway {
  constructor(private readonly client: MarketplaceMeteringClient) {}

  async batchMeterUsage(records: readonly MeteringRecord[]): Promise<MeteringCallResult> {
    const [first] = records;
    if (first === undefined) return { outcome: 'answered', records: [] };
    const request = {
      // With licences, AWS bills twice if the request also names the product.
      ...(first.customer.mode === 'legacy' && { ProductCode: first.productCode }),
      UsageRecords: records.map(toUsageRecord),
    };
    try {
      return { outcome: 'answered', records: outcomesOf(records, await sendBatchMeterUsage(this.client, request)) };
    } catch (error) {
      return resultOfError(error);
    }
  }
}

function toUsageRecord(record: MeteringRecord): DecimalUsageRecord {
  const { timestampSeconds, customer, dimension, form, quantity, allocations } = record;
  return {
    Timestamp: new Date(timestampSeconds * 1000),
    ...(customer.mode === 'license'
      ? { CustomerAWSAccountId: customer.customerAWSAccountId, LicenseArn: customer.licenseArn }
      : { CustomerIdentifier: customer.customerIdentifier }),
    Dimension: dimension,
    ...(form === 'decimal' ? { QuantityAsDecimal: quantity } : { Quantity: Number(quantity) }),
    ...(allocations && { UsageAllocations: allocations.map((allocation) => toUsageAllocation(allocation, form)) }),
  };
}

/** AWS refuses a call with an allocation that is not in the form of its record. */
function toUsageAllocation({ quantity, tags }: Allocation, form: QuantityForm): DecimalUsageAllocation {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return {
    ...(form === 'decimal'
      ? { AllocatedUsageQuantity: undefined, AllocatedUsageQuantityAsDecimal: quantity }
      : { AllocatedUsageQuantity: Number(quantity) }),
    ...(Tags.length > 0 && { Tags }),
  };
}

/**
 * Matches results to records by the fields that AWS deduplicates on, because results have no index and come in any
 * order. The outcome of a record without a result is not known: it is sent again unchanged.
 */
function outcomesOf(records: readonly MeteringRecord[], answer: BatchMeterUsageAnswer): MeteringOutcome[] {
  const { Results = [], UnprocessedRecords = [] } = answer;
  const unprocessed = new Set(UnprocessedRecords.flatMap(keysOf));
  const results = new Map(Results.flatMap((result) => keysOf(result.UsageRecord).map((key) => [key, result])));
  return records.map((record): MeteringOutcome => {
    const [key = ''] = keysOf(toUsageRecord(record));
    const result = results.get(key);
    const outcome = result && outcomeOfResult(record, result);
    return outcome ?? { kind: unprocessed.has(key) ? 'unprocessed' : 'ambiguous' };
  });
}

type AnsweredResult = NonNullable<BatchMeterUsageAnswer['Results']>[number];

function outcomeOfResult(
  record: MeteringRecord,
  { Status, MeteringRecordId: meteringRecordId = '', UsageRecord }: AnsweredResult,
): MeteringOutcome | undefined {
  switch (Status) {
    case 'Success': {
      const echo = echoOf(record, UsageRecord ?? {});
      if (echo.kind === 'differs') return { kind: 'echoDiffers', meteringRecordId, echoed: echo.echoed };
      return { kind: 'accepted', meteringRecordId, ...(echo.kind === 'missing' && { isEchoMissing: true }) };
    }
    case 'DuplicateRecord':
      return { kind: 'conflict' };
    case 'CustomerNotSubscribed':
      return { kind: 'notSubscribed' };
    default:
      // An unknown status proves nothing.
      return undefined;
  }
}

/** Hour, dimension and each identity of a record, as text. AWS writes the ARN of one licence in several shapes. */
function keysOf(record: UsageRecord | undefined): string[] {
  const { Timestamp, CustomerIdentifier, LicenseArn, Dimension } = record ?? {};
  const hour = Timestamp && Math.floor(Timestamp.getTime() / HOUR_MS);
  const key = (...identity: string[]) => JSON.stringify([...identity, Dimension, hour]);
  return [
    ...(LicenseArn === undefined ? [] : [key('license', toLicenseId(LicenseArn) ?? LicenseArn)]),
    ...(CustomerIdentifier === undefined ? [] : [key('customer', CustomerIdentifier)]),
  ];
}

function resultOfError(error: unknown): MeteringCallResult {
  const reason = error instanceof Error ? error.name : 'UnknownError';
  const status = statusOf(error, MarketplaceMeteringServiceException);
  if (isThrottle(reason, status)) return { outcome: 'throttled' };
  if (MISCONFIGURATIONS.has(reason) || isAccountRefusal(reason, status)) return { outcome: 'misconfigured', reason };
  if (isClientFault(status) && reason !== 'InternalServiceErrorException') return { outcome: 'refused', reason };
  return { outcome: 'ambiguous', reason };
}
