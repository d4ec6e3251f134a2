import type { LoggedCall } from '../rules/call-log';

/** An event as CloudTrail writes it to a log file. */
export interface CloudTrailRecord {
  eventVersion: string;
  userIdentity: { type: 'IAMUser'; accountId: string; userName: string };
  /** ISO 8601, whole seconds. */
  eventTime: string;
  eventSource: 'metering-marketplace.amazonaws.com';
  eventName: 'BatchMeterUsage';
  awsRegion: 'us-east-1';
  sourceIPAddress: string;
  userAgent: string;
  errorCode?: string;
  errorMessage?: string;
  requestParameters: unknown;
  responseElements: unknown;
  requestID: string;
  eventID: string;
  eventType: 'AwsApiCall';
  recipientAccountId: string;
}

interface Identity {
  /** The seller's account. */
  accountId: string;
  requestId: string;
  eventId: string;
}

/** CloudTrail leaves out parameters and answers that are larger (CloudTrail User Guide, record contents). */
const LARGEST_FIELD_BYTES = 100 * 1024;

/** AWS refuses these before the service sees the call, and CloudTrail does not learn of it. */
const UNSEEN = new Set(['MissingAuthenticationToken', 'SerializationException', 'UnknownOperationException']);

/**
 * What CloudTrail tells about a call of BatchMeterUsage, after the example in the seller guide ("Logging AWS Marketplace
 * Metering API calls with CloudTrail"). The names of licences and decimals are inferred, because the example predates
 * both. A call whose answer was lost on the way is told as AWS answered it.
 *
 * @returns undefined for a call of another operation
 */
export function cloudTrailRecord(
  { operation, request, outcome, atMs }: LoggedCall,
  { accountId, requestId, eventId }: Identity,
): CloudTrailRecord | undefined {
  if (operation !== 'BatchMeterUsage') return undefined;
  if (outcome.kind === 'failed' && UNSEEN.has(outcome.error.type)) return undefined;
  // The call never reached AWS.
  if (outcome.kind === 'dropped' && outcome.output === undefined) return undefined;
  return {
    eventVersion: '1.05',
    userIdentity: { type: 'IAMUser', accountId, userName: 'seller' },
    eventTime: `${new Date(atMs).toISOString().slice(0, 19)}Z`,
    eventSource: 'metering-marketplace.amazonaws.com',
    eventName: 'BatchMeterUsage',
    awsRegion: 'us-east-1',
    sourceIPAddress: '127.0.0.1',
    userAgent: 'aws-marketplace-simulator',
    ...(outcome.kind === 'failed' && { errorCode: outcome.error.type, errorMessage: outcome.error.message }),
    requestParameters: withinLimit(asCloudTrail(request), 'requestParameters'),
    responseElements: outcome.kind === 'failed' ? null : withinLimit(asCloudTrail(outcome.output), 'responseElements'),
    requestID: requestId,
    eventID: eventId,
    eventType: 'AwsApiCall',
    recipientAccountId: accountId,
  };
}

/** In lower camel case, with times as CloudTrail writes them. */
function asCloudTrail(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asCloudTrail);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) =>
      name === 'Timestamp' && typeof member === 'number'
        ? ['timestamp', writtenOut(member * 1000)]
        : [cloudTrailName(name), asCloudTrail(member)],
    ),
  );
}

function cloudTrailName(name: string): string {
  // As the guide's example has it, unlike anywhere else.
  if (name === 'CustomerAWSAccountId') return 'customerAWSAccountID';
  return name.charAt(0).toLowerCase() + name.slice(1);
}

const WRITTEN_OUT = new Intl.DateTimeFormat('en-US', {
  timeZone: 'UTC',
  month: 'short',
  day: 'numeric',
  year: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  second: '2-digit',
  hour12: true,
});

/** `Apr 19, 2018 4:32:50 PM`. A time that no calendar has stays a number: AWS refuses the call. */
function writtenOut(epochMs: number): string | number {
  if (Number.isNaN(new Date(epochMs).getTime())) return epochMs / 1000;
  const part = Object.fromEntries(WRITTEN_OUT.formatToParts(epochMs).map(({ type, value }) => [type, value]));
  return `${part.month} ${part.day}, ${part.year} ${part.hour}:${part.minute}:${part.second} ${part.dayPeriod}`;
}

function withinLimit(value: unknown, field: string): unknown {
  const originalSize = Buffer.byteLength(JSON.stringify(value) ?? '');
  if (originalSize <= LARGEST_FIELD_BYTES) return value;
  return { omitted: true, originalSize, reason: `${field} too large` };
}
