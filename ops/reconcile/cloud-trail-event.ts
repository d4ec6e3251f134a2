import * as z from 'zod';
import { decimalText, ZERO } from '../../lambdas/shared/domain/decimal';
import { hourOf } from '../../lambdas/shared/domain/hour';
import { decimalFromText } from '../../lambdas/shared/stores/stored-values';
import type { TheirRecord } from './differences';

/**
 * What CloudTrail reports about a call of BatchMeterUsage, after the example in the seller guide ("Logging AWS
 * Marketplace Metering API calls with CloudTrail"): names are in lower camel case, the time is
 * `Apr 19, 2018 4:32:50 PM`, and the account is `customerAWSAccountID`, unlike anywhere else.
 *
 * The example predates licences. We infer that times are in UTC and that the licence is `licenseArn`. To be safe, names
 * are compared case-insensitively and times may have other formats.
 */
export type MeteringCall =
  /** An event of some other call. */
  | { kind: 'other' }
  /** The records that AWS accepted; none when it refused the call. */
  | { kind: 'answered'; accepted: TheirRecord[] }
  /** A call that may have billed something, without details. */
  | { kind: 'unreadable'; eventId: string; why: string };

const eventSchema = z.object({
  eventSource: z.string(),
  eventName: z.string(),
  eventID: z.string().default('unknown'),
  errorCode: z.string().nullish(),
  requestParameters: z.unknown(),
  responseElements: z.unknown(),
});

/** CloudTrail's mark for content that exceeded its size limit. */
const omitted = z.object({ omitted: z.literal(true) });

const lowerCased = z
  .record(z.string(), z.unknown())
  .transform((fields) =>
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value])),
  );

const whole = z.coerce.number().pipe(z.int().min(0)).transform(String).pipe(decimalFromText).nullish();
const decimals = z
  .union([z.string(), z.number().transform(String)])
  .pipe(decimalFromText)
  .nullish();
const text = z.string().nullish();

const timestamp = z.union([z.string(), z.number()]).transform((value, context) => {
  const epochMs = epochMsOf(value);
  if (epochMs !== undefined) return epochMs;
  context.addIssue('not a time');
  return z.NEVER;
});

const usageRecord = lowerCased
  .pipe(
    z.object({
      timestamp,
      dimension: z.string(),
      quantity: whole,
      quantityasdecimal: decimals,
      customeridentifier: text,
      customerawsaccountid: text,
      licensearn: text,
    }),
  )
  .refine(
    ({ quantity, quantityasdecimal }) => !quantity || !quantityasdecimal || quantity.eq(quantityasdecimal),
    'quantity and quantityAsDecimal differ',
  );
const result = lowerCased.pipe(z.object({ usagerecord: usageRecord, meteringrecordid: text, status: text }));
const response = lowerCased.pipe(z.object({ results: z.array(result) }));
const request = lowerCased.pipe(z.object({ productcode: text })).catch({ productcode: undefined });

export function readMeteringCall(document: unknown): MeteringCall {
  const parsed = eventSchema.safeParse(document);
  if (!parsed.success) return { kind: 'other' };
  const { eventSource, eventName, eventID: eventId, errorCode, requestParameters, responseElements } = parsed.data;
  if (eventSource !== 'metering-marketplace.amazonaws.com' || eventName !== 'BatchMeterUsage') return { kind: 'other' };
  if (errorCode) return { kind: 'answered', accepted: [] };
  if (omitted.safeParse(responseElements).success) {
    return { kind: 'unreadable', eventId, why: 'CloudTrail omitted the answer because it was too large' };
  }
  const answer = response.safeParse(responseElements);
  if (!answer.success) return { kind: 'unreadable', eventId, why: z.prettifyError(answer.error) };
  const productCode = request.parse(requestParameters).productcode ?? undefined;
  const accepted = answer.data.results
    .filter(({ status }) => status === 'Success')
    .map(({ usagerecord: record, meteringrecordid }) => ({
      meteringRecordId: meteringrecordid ?? undefined,
      productCode,
      licenseArn: record.licensearn ?? undefined,
      customerIdentifier: record.customeridentifier ?? undefined,
      customerAWSAccountId: record.customerawsaccountid ?? undefined,
      dimension: record.dimension,
      hour: hourOf(record.timestamp),
      // AWS takes a missing quantity for 0.
      quantity: decimalText(record.quantityasdecimal ?? record.quantity ?? ZERO),
    }));
  return { kind: 'answered', accepted };
}

const WRITTEN_OUT = /^[A-Z][a-z]{2} \d{1,2}, \d{4},? \d{1,2}:\d{2}:\d{2} [AP]M$/;
/** Smaller numbers are seconds (until the year 5138), larger ones are milliseconds (since 1973). */
const LARGEST_SECONDS = 100_000_000_000;

function epochMsOf(value: string | number): number | undefined {
  if (typeof value === 'number') return value < LARGEST_SECONDS ? value * 1000 : value;
  // Newer Java versions write a narrow space before AM and PM.
  const plain = value.replaceAll(/[\u00a0\u202f]/g, ' ');
  const epochMs = Date.parse(WRITTEN_OUT.test(plain) ? `${plain.replace(/(\d{4}),/, '$1')} UTC` : plain);
  return Number.isNaN(epochMs) ? undefined : epochMs;
}
