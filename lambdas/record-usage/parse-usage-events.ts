import { LosslessNumber, parse } from 'lossless-json';
import * as z from 'zod';
import { parseDecimal } from '../shared/domain/decimal';
import { usageEventKey, type UsageEvent } from '../shared/domain/usage-event';
import { BodyTooLargeError, MalformedBodyError, UnsupportedMediaTypeError } from '../shared/runtime/http-error';

export const MAX_EVENTS_PER_REQUEST = 100;

/** A hundred of the largest events fit. API Gateway takes six times as much, and to read that takes seconds. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** An event as reported, not yet checked against what we know. */
export type ReportedUsage = Omit<UsageEvent, 'receivedAtMs'>;

/** One element of the request: an event, or what is wrong with it. The id is echoed where it could be read. */
export type ParsedUsage = { id?: string; event: ReportedUsage } | { id?: string; problem: string };

const JSON_TYPE = 'application/json';
const CLOUD_EVENTS_BATCH = 'application/cloudevents-batch+json';
const CLOUD_EVENT = 'application/cloudevents+json';

/**
 * Half a surrogate pair, and the character that stands for bytes which were no text: DynamoDB or a decoder makes the same
 * of all of them, so that two different ids would become one and the second event would be lost as a duplicate.
 */
const identifier = z
  .string()
  .min(1)
  .max(512)
  .refine((text) => text.isWellFormed() && !text.includes('\ufffd'), 'is no whole Unicode text: check its encoding');

/** DynamoDB: a partition key has at most so many bytes. */
const MAX_KEY_BYTES = 2048;

function hasKey({ subscriptionId, ...event }: ReportedUsage): boolean {
  return Buffer.byteLength(`${subscriptionId}#${usageEventKey(event)}`) <= MAX_KEY_BYTES;
}

const TOO_LONG = 'the ids are too long together: leave out what does not tell events apart';

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
  .datetime({ offset: true, error: 'must be an RFC 3339 time with its zone, such as 2026-11-23T05:17:00Z' })
  .transform((text) => Date.parse(text));

const tags = z.record(z.string(), z.string()).default({});

/** What was used, in either format. */
const usage = { dimension: z.string().min(1).max(255), quantity, tags };

/** The sender's own word for an unknown field is not repeated: it may be anything, and of any length. */
const onlyFields = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: ({ code }) =>
      code === 'unrecognized_keys' ? `has an unknown field; there are ${Object.keys(shape).join(', ')}` : undefined,
  });

const plainEvent = onlyFields({ id: identifier, subscriptionId: identifier, time, ...usage })
  .transform(({ time: timeMs, ...event }): ReportedUsage => ({ ...event, timeMs, source: '' }))
  .refine(hasKey, TOO_LONG);

/** CloudEvents 1.0: its identity is source + id; the subscription stands in `data` or is the `subject`. */
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
      message: 'required (or give it as the subject)',
    });
    return z.NEVER;
  })
  .refine(hasKey, TOO_LONG);

/**
 * Reads the body of POST /usage: a JSON array of events, or CloudEvents 1.0 in JSON, single or as a batch. Numbers keep
 * every digit.
 * @throws HttpError when the request as a whole cannot be read; nothing of it is stored then.
 */
export function parseUsageEvents(contentType: string | undefined, body: string): ParsedUsage[] {
  const mediaType = (contentType ?? JSON_TYPE).split(';')[0]?.trim().toLowerCase();
  const schema = mediaType === JSON_TYPE ? plainEvent : cloudEvent;
  if (![JSON_TYPE, CLOUD_EVENTS_BATCH, CLOUD_EVENT].includes(mediaType ?? '')) {
    throw new UnsupportedMediaTypeError([JSON_TYPE, CLOUD_EVENTS_BATCH]);
  }
  if (Buffer.byteLength(body) > MAX_BODY_BYTES) throw new BodyTooLargeError(MAX_BODY_BYTES);
  const json = parseJson(body);
  const elements = mediaType === CLOUD_EVENT ? [json] : json;
  if (!Array.isArray(elements)) throw new MalformedBodyError('The body must be a JSON array of usage events.');
  if (elements.length > MAX_EVENTS_PER_REQUEST) {
    throw new MalformedBodyError(
      `A request takes at most ${MAX_EVENTS_PER_REQUEST} events; this one has ${elements.length}.`,
    );
  }
  return elements.map((element) => parseElement(schema, element));
}

function parseJson(body: string): unknown {
  try {
    return parse(body);
  } catch (cause) {
    throw new MalformedBodyError('The body is not valid JSON.', { cause });
  }
}

const withId = z.object({ id: identifier });

function parseElement(schema: z.ZodType<ReportedUsage>, element: unknown): ParsedUsage {
  const identified = withId.safeParse(element);
  const id = identified.success ? { id: identified.data.id } : {};
  const parsed = schema.safeParse(element);
  if (parsed.success) return { ...id, event: parsed.data };
  return { ...id, problem: problemOf(parsed.error.issues) };
}

/** What is wrong, in our own words and each once: an answer with a sentence for each of 10,000 tags is too large to send. */
function problemOf(issues: readonly z.core.$ZodIssue[]): string {
  return [...new Set(issues.map(({ path, message }) => `${fieldOf(path)}: ${message}`))].join('; ');
}

/** The field by our name for it; below `tags` the names are the sender's. */
function fieldOf(path: readonly PropertyKey[]): string {
  const tagsAt = path.indexOf('tags');
  return path.slice(0, tagsAt < 0 ? undefined : tagsAt + 1).join('.') || 'event';
}
