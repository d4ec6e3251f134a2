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

/** What a whole call came to. */
export type MeteringCallResult =
  /** An outcome for each record, in the order they were given. */
  | { outcome: 'answered'; records: MeteringOutcome[] }
  /** AWS refused the call for something in it, none of it is billed: one record may sink the other 24. */
  | { outcome: 'refused'; reason: string }
  /** Our credentials, permissions or product code: no record is at fault and none is billed. */
  | { outcome: 'misconfigured'; reason: string }
  /** Not billed. */
  | { outcome: 'throttled' }
  /** Billed or not, nobody knows. */
  | { outcome: 'ambiguous'; reason: string };

export interface MeteringGateway {
  /** Sends at most 25 records of one product and identity mode in one call. Never throws for an answer of AWS's. */
  batchMeterUsage(records: readonly MeteringRecord[]): Promise<MeteringCallResult>;
}

/** Faults of our account or configuration: to split the call and try its records one by one would help nobody. */
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

/** BatchMeterUsage. The client must not retry: every attempt takes a place in the quota and has its own answer. */
export class AwsMeteringGateway implements MeteringGateway {
  constructor(private readonly client: MarketplaceMeteringClient) {}

  async batchMeterUsage(records: readonly MeteringRecord[]): Promise<MeteringCallResult> {
    const [first] = records;
    if (first === undefined) return { outcome: 'answered', records: [] };
    const command = new BatchMeterUsageCommand({
      // With licences AWS bills twice if the request names the product as well.
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
    Quantity: quantity,
    ...(allocations && { UsageAllocations: allocations.map(toUsageAllocation) }),
  };
}

function toUsageAllocation({ quantity, tags }: Allocation) {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return { AllocatedUsageQuantity: quantity, ...(Tags.length > 0 && { Tags }) };
}

/**
 * Matches results to records by what AWS deduplicates on: they carry no index and come in any order. A record that the
 * answer does not mention was, for all we know, not billed; the same bytes are sent again.
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
      // A status that did not exist when this was written is no reason to believe anything.
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
