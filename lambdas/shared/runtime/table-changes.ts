import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';

/** A change that a DynamoDB stream delivered, its images as the document client would read them. */
export interface TableChange {
  sequenceNumber: string;
  newImage: Record<string, unknown>;
  /** Present when an item was changed rather than put for the first time. */
  oldImage?: Record<string, unknown>;
}

/** An attribute value as Lambda passes it: `{ S: '…' }`, `{ N: '1' }`, `{ M: {…} }`, …; binaries are base64. */
const image = z.record(
  z.string(),
  z.custom<AttributeValue>((value) => typeof value === 'object'),
);

const batch = z.object({
  Records: z.array(
    z.object({
      dynamodb: z.object({ SequenceNumber: z.string(), NewImage: image, OldImage: image.optional() }),
    }),
  ),
});

/** What a stream or a queue is told: these are delivered again. */
export interface BatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

/** Whether a stream invoked the function, for one that a schedule invokes as well. */
export function isTableEvent(event: unknown): boolean {
  return z.object({ Records: z.array(z.unknown()) }).safeParse(event).success;
}

/**
 * Reads a batch of a stream with new (and old) images; numbers keep every digit.
 * @throws ZodError for anything else: a fault of our wiring.
 */
export function toTableChanges(event: unknown): TableChange[] {
  return batch.parse(event).Records.map(({ dynamodb: { SequenceNumber, NewImage, OldImage } }) => ({
    sequenceNumber: SequenceNumber,
    newImage: toDocument(NewImage),
    ...(OldImage && { oldImage: toDocument(OldImage) }),
  }));
}

/**
 * What Lambda is told of a stream batch: it delivers again from the first failed change on, and what had already been
 * done after it is recognized as done.
 */
export function toStreamResponse(changes: readonly TableChange[], failed: readonly string[]): BatchResponse {
  const first = changes.find(({ sequenceNumber }) => failed.includes(sequenceNumber));
  return { batchItemFailures: first === undefined ? [] : [{ itemIdentifier: first.sequenceNumber }] };
}

function toDocument(attributes: z.infer<typeof image>): Record<string, unknown> {
  const safe = Object.entries(attributes).map(([name, value]) => [name, withoutPrototypes(value)] as const);
  return unmarshall(Object.fromEntries(safe), { wrapNumbers: (value) => NumberValue.from(value) });
}

/**
 * The same without any `__proto__`: `unmarshall` would make its value the prototype of the map it stands in, and a map
 * with a number for a prototype passes for a number.
 */
function withoutPrototypes(value: AttributeValue): AttributeValue {
  if (value.L) return { L: value.L.map(withoutPrototypes) };
  if (!value.M) return value;
  const members = Object.entries(value.M).filter(([name]) => name !== '__proto__');
  return { M: Object.fromEntries(members.map(([name, inner]) => [name, withoutPrototypes(inner)])) };
}
