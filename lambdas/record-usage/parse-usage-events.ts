import { LosslessNumber, parse } from 'lossless-json';
import * as z from 'zod';
import { parseDecimal } from '../shared/domain/decimal';
import type { UsageEvent } from '../shared/domain/usage-event';
import { MalformedBodyError, UnsupportedMediaTypeError } from '../shared/runtime/http-error';

export const MAX_EVENTS_PER_REQUEST = 100;

/** An event as reported, not yet checked against what we know. */
export type ReportedUsage = Omit<UsageEvent, 'receivedAtMs'>;

/** One element of the request: an event, or what is wrong with it. The id is echoed where it could be read. */
export type ParsedUsage = { id?: string; event: ReportedUsage } | { id?: string; problem: string };

const JSON_TYPE = 'application/json';
const CLOUD_EVENTS_BATCH = 'application/cloudevents-batch+json';
const CLOUD_EVENT = 'application/cloudevents+json';

const identifier = z.string().min(1).max(512);

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

const plainEvent = z
  .strictObject({ id: identifier, subscriptionId: identifier, time, ...usage })
  .transform(({ time: timeMs, ...event }): ReportedUsage => ({ ...event, timeMs, source: '' }));

/** CloudEvents 1.0: its identity is source + id; the subscription stands in `data` or is the `subject`. */
const cloudEvent = z
  .object({
    specversion: z.literal('1.0'),
    id: identifier,
    source: identifier,
    type: z.string().min(1),
    subject: identifier.optional(),
    time,
    data: z.strictObject({ subscriptionId: identifier.optional(), ...usage }),
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
  });

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
  return {
    ...id,
    problem: parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'event'}: ${message}`).join('; '),
  };
}
