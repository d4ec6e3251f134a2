import {
  BatchMeterUsageCommand,
  type BatchMeterUsageCommandOutput,
  MarketplaceMeteringServiceException,
  type MarketplaceMeteringClient,
  type UsageRecord,
} from '@aws-sdk/client-marketplace-metering';
import { HOUR_MS } from '../domain/hour';
import type { Allocation, MeteringOutcome, MeteringRecord } from '../domain/metering-record';
import { isClientFault, isThrottle, statusOf } from './aws-errors';

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
  /** Sends at most 25 records of one product and identity mode in one call. Never throws for a response from AWS. */
  batchMeterUsage(records: readonly MeteringRecord[]): Promise<MeteringCallResult>;
}

/** Faults of our account or configuration: sending the records one by one would not help. */
const MISCONFIGURATIONS = new Set([
  'AccessDeniedException',
  'CredentialsProviderError',
  'DisabledApiException',
  'ExpiredTokenException',
  'IncompleteSignatureException',
  'InvalidEndpointRegionException',
  'InvalidProductCodeException',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'NotAuthorized',
  'OptInRequired',
  'UnrecognizedClientException',
]);

/** Calls BatchMeterUsage. The client must not retry: every attempt counts against the quota and has its own answer. */
export class AwsMeteringGateway implements MeteringGateway {
  constructor(private readonly client: MarketplaceMeteringClient) {}

  async batchMeterUsage(records: readonly MeteringRecord[]): Promise<MeteringCallResult> {
    const [first] = records;
    if (first === undefined) return { outcome: 'answered', records: [] };
    const command = new BatchMeterUsageCommand({
      // With licences, AWS bills twice if the request also names the product.
      ...(first.customer.mode === 'legacy' && { ProductCode: first.productCode }),
      UsageRecords: records.map(toUsageRecord),
    });
    try {
      return { outcome: 'answered', records: outcomesOf(records, await this.client.send(command)) };
    } catch (error) {
      return resultOfError(error);
    }
  }
}

function toUsageRecord({ timestampSeconds, customer, dimension, quantity, allocations }: MeteringRecord): UsageRecord {
  return {
    Timestamp: new Date(timestampSeconds * 1000),
    ...(customer.mode === 'license'
      ? { CustomerAWSAccountId: customer.customerAWSAccountId, LicenseArn: customer.licenseArn }
      : { CustomerIdentifier: customer.customerIdentifier }),
    Dimension: dimension,
    Quantity: Number(quantity),
    ...(allocations && { UsageAllocations: allocations.map(toUsageAllocation) }),
  };
}

function toUsageAllocation({ quantity, tags }: Allocation) {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return { AllocatedUsageQuantity: Number(quantity), ...(Tags.length > 0 && { Tags }) };
}

/**
 * Matches results to records by the fields that AWS deduplicates on, because results have no index and come in any
 * order. The outcome of a record without a result is not known: it is sent again unchanged.
 */
function outcomesOf(records: readonly MeteringRecord[], output: BatchMeterUsageCommandOutput): MeteringOutcome[] {
  const outcomes = new Map<string, MeteringOutcome>();
  for (const record of output.UnprocessedRecords ?? []) outcomes.set(resultKey(record), { kind: 'unprocessed' });
  for (const { UsageRecord: record, Status, MeteringRecordId } of output.Results ?? []) {
    if (record === undefined) continue;
    const outcome = outcomeOfStatus(Status, MeteringRecordId);
    if (outcome) outcomes.set(resultKey(record), outcome);
  }
  return records.map((record) => outcomes.get(resultKey(toUsageRecord(record))) ?? { kind: 'ambiguous' });
}

function outcomeOfStatus(
  status: string | undefined,
  meteringRecordId: string | undefined,
): MeteringOutcome | undefined {
  switch (status) {
    case 'Success':
      return { kind: 'accepted', meteringRecordId: meteringRecordId ?? '' };
    case 'DuplicateRecord':
      return { kind: 'conflict' };
    case 'CustomerNotSubscribed':
      return { kind: 'notSubscribed' };
    default:
      // An unknown status proves nothing.
      return undefined;
  }
}

/** Customer, licence, dimension and hour, as text. */
function resultKey({ Timestamp, CustomerIdentifier, LicenseArn, Dimension }: UsageRecord): string {
  const hour = Timestamp === undefined ? 'none' : Math.floor(Timestamp.getTime() / HOUR_MS);
  return JSON.stringify([LicenseArn ?? CustomerIdentifier, Dimension, hour]);
}

function resultOfError(error: unknown): MeteringCallResult {
  const reason = error instanceof Error ? error.name : 'UnknownError';
  const status = statusOf(error, MarketplaceMeteringServiceException);
  if (isThrottle(reason, status)) return { outcome: 'throttled' };
  if (MISCONFIGURATIONS.has(reason)) return { outcome: 'misconfigured', reason };
  if (isClientFault(status) && reason !== 'InternalServiceErrorException') return { outcome: 'refused', reason };
  return { outcome: 'ambiguous', reason };
}
