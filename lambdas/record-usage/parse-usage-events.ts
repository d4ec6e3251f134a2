import { LosslessNumber, parse } from 'lossless-json';
import * as z from 'zod';
import { plainWords, problemsInWords } from '../shared/contract/plain-problems';
import { parseDecimal } from '../shared/domain/decimal';
import { usageEventKey, type UsageEvent } from '../shared/domain/usage-event';
import {
  BodyTooLargeError,
  MalformedBodyError,
  parseJsonBody,
  UnsupportedMediaTypeError,
} from '../shared/runtime/http-message';

export const MAX_EVENTS_PER_REQUEST = 100;

/** Enough for a hundred of the largest events. API Gateway accepts more, but parsing it would take seconds. */
const MAX_BODY_BYTES = 1024 * 1024;

/** An event as reported, not yet checked against the subscription and the configuration. */
type ReportedUsage = Omit<UsageEvent, 'receivedAtMs'>;

/** One element of the request: an event, or a description of its problem. The id is present if it could be read. */
export type ParsedUsage = { id?: string; event: ReportedUsage } | { id?: string; problem: string };

const JSON_TYPE = 'application/json';
const CLOUD_EVENTS_BATCH = 'application/cloudevents-batch+json';
const CLOUD_EVENT = 'application/cloudevents+json';

/**
 * Refuses half a surrogate pair and the replacement character. DynamoDB and decoders turn different broken texts into
 * the same text, so two ids would become equal, and the second event would be lost as a duplicate.
 */
const identifier = z
  .string()
  .min(1)
  .max(512)
  .refine((text) => text.isWellFormed() && !text.includes('\ufffd'), 'is not well-formed Unicode: check its encoding');

/** DynamoDB's limit for a partition key. */
const MAX_KEY_BYTES = 2048;

function hasKey({ subscriptionId, ...event }: ReportedUsage): boolean {
  return Buffer.byteLength(`${subscriptionId}#${usageEventKey(event)}`) <= MAX_KEY_BYTES;
}

const TOO_LONG = 'subscriptionId, source and id are too long together: shorten them';

const quantity = z
  .union([z.string(), z.instanceof(LosslessNumber).transform(({ value }) => value)], {
    error: 'must be a JSON number or a decimal string',
  })
  .transform((text, context) => {
    const value = parseDecimal(text);
    if (value !== undefined) return value;
    context.addIssue('must be a decimal number, such as 12 or "0.25"');
    return z.NEVER;
  });

const time = z.iso
  .datetime({ offset: true, error: 'must be an RFC 3339 time with a time zone, such as 2026-11-23T05:17:00Z' })
  .transform((text) => Date.parse(text));

/** A record without `__proto__`, which zod would leave out without a word. No product allows this key. */
const tags = z
  .unknown()
  .refine((given) => !(typeof given === 'object' && given !== null && Object.hasOwn(given, '__proto__')), {
    error: 'must not have the key __proto__',
  })
  .pipe(z.record(z.string(), z.string()))
  .default({});

/** The fields of both formats. */
const usage = { dimension: z.string().min(1).max(255), quantity, tags };

/** An object without other fields. The error does not repeat an unknown field's name, which may have any length. */
const onlyFields = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: ({ code }) =>
      code === 'unrecognized_keys' ? `has an unknown field; use only ${Object.keys(shape).join(', ')}` : undefined,
  });

const plainEvent = onlyFields({ id: identifier, subscriptionId: identifier, time, ...usage })
  .transform(({ time: timeMs, ...event }): ReportedUsage => ({ ...event, timeMs, source: '' }))
  .refine(hasKey, TOO_LONG);

/** CloudEvents 1.0: source and id identify the event; the subscription is in `data` or is the `subject`. */
const cloudEvent = z
  .object({
    specversion: z.literal('1.0'),
    id: identifier,
    source: identifier,
    type: z.string().min(1),
    subject: identifier.optional(),
    time,
    data: onlyFields({ subscriptionId: identifier.optional(), ...usage }),
  })
  .transform(({ id, source, subject, time: timeMs, data }, context): ReportedUsage => {
    const { subscriptionId = subject, ...used } = data;
    if (subscriptionId !== undefined) return { ...used, id, source, subscriptionId, timeMs };
    context.addIssue({
      code: 'custom',
      path: ['data', 'subscriptionId'],
      message: 'required (or set it as the subject)',
    });
    return z.NEVER;
  })
  .refine(hasKey, TOO_LONG);

/**
 * Reads the body of POST /usage: a JSON array of events, or CloudEvents 1.0 in JSON, single or as a batch. Numbers keep
 * every digit.
 * @throws HttpError when the whole request cannot be read. Nothing is stored then.
 */
export function parseUsageEvents(contentType: string | undefined, body: string): ParsedUsage[] {
  const mediaType = (contentType ?? JSON_TYPE).split(';')[0]?.trim().toLowerCase();
  const schema = mediaType === JSON_TYPE ? plainEvent : cloudEvent;
  if (![JSON_TYPE, CLOUD_EVENTS_BATCH, CLOUD_EVENT].includes(mediaType ?? '')) {
    throw new UnsupportedMediaTypeError([JSON_TYPE, CLOUD_EVENTS_BATCH, CLOUD_EVENT]);
  }
  if (Buffer.byteLength(body) > MAX_BODY_BYTES) throw new BodyTooLargeError(MAX_BODY_BYTES);
  const json = parseJsonBody(body, (text) => parse(text));
  const elements = mediaType === CLOUD_EVENT ? [json] : json;
  if (!Array.isArray(elements)) throw new MalformedBodyError('The body must be a JSON array of usage events.');
  if (elements.length > MAX_EVENTS_PER_REQUEST) {
    throw new MalformedBodyError(
      `Send at most ${MAX_EVENTS_PER_REQUEST} events in a request; this one has ${elements.length}.`,
    );
  }
  return elements.map((element, index) => parseElement(schema, element, index));
}

const withId = z.object({ id: identifier });

function parseElement(schema: z.ZodType<ReportedUsage>, element: unknown, index: number): ParsedUsage {
  const identified = withId.safeParse(element);
  const id = identified.success ? { id: identified.data.id } : {};
  // A number of many digits is an object here, but not in the sender's eyes.
  const parsed = schema.safeParse(element instanceof LosslessNumber ? 0 : element, { error: plainWords });
  if (parsed.success) return { ...id, event: parsed.data };
  return {
    ...id,
    problem: `event ${index + 1}${idInWords(element)}: ${problemsInWords(parsed.error.issues, 'event')}`,
  };
}

const withNumber = z.object({ id: z.instanceof(LosslessNumber) });
const LONGEST_NUMBER = 40;

/** An id that is a number is no id, so the answer has none. Other ids are not repeated: they may carry anything. */
function idInWords(element: unknown): string {
  const numbered = withNumber.safeParse(element);
  return numbered.success ? ` (id ${numbered.data.id.value.slice(0, LONGEST_NUMBER)})` : '';
}
