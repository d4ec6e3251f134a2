import * as z from 'zod';
import type { LoggedCall } from '../rules/call-log';

/** A member of whatever form: the page shows requests that AWS refuses, too. */
const shown = z.union([z.string(), z.number()]).optional().catch(undefined);
const usageRecord = z.object({
  Timestamp: shown,
  CustomerAWSAccountId: shown,
  CustomerIdentifier: shown,
  LicenseArn: shown,
  Dimension: shown,
  Quantity: shown,
  QuantityAsDecimal: shown,
  UsageAllocations: z.array(z.unknown()).optional().catch(undefined),
});
type ShownUsageRecord = z.output<typeof usageRecord>;

const requestSchema = z.object({ UsageRecords: z.array(usageRecord) });
const answerSchema = z.object({
  Results: z.array(z.object({ UsageRecord: usageRecord, Status: z.string(), MeteringRecordId: z.string().optional() })),
  UnprocessedRecords: z.array(usageRecord),
});

export interface RecordResult {
  record: ShownUsageRecord;
  /** AWS's `Status`, or `Unprocessed`. Absent: the call was refused, or its answer did not arrive. */
  status?: string;
  meteringRecordId?: string;
}

/** Each usage record of a BatchMeterUsage call with its result. */
export function recordResultsOf({ operation, request, outcome }: LoggedCall): readonly RecordResult[] {
  if (operation !== 'BatchMeterUsage') return [];
  if (outcome.kind !== 'answered') {
    const sent = requestSchema.safeParse(request);
    return sent.success ? sent.data.UsageRecords.map((record) => ({ record })) : [];
  }
  const { Results, UnprocessedRecords } = answerSchema.parse(outcome.output);
  return [
    ...Results.map(({ UsageRecord: record, Status: status, MeteringRecordId: meteringRecordId }) => ({
      record,
      status,
      meteringRecordId,
    })),
    ...UnprocessedRecords.map((record) => ({ record, status: 'Unprocessed' })),
  ];
}

/** How many records of an answered call are not billed by it. */
export const notBilledCount = (call: LoggedCall): number =>
  call.outcome.kind === 'answered' ? recordResultsOf(call).filter(({ status }) => status !== 'Success').length : 0;
