import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';

/** A change from a DynamoDB stream, with images as the document client would read them. */
export interface TableChange {
  sequenceNumber: string;
  newImage: Record<string, unknown>;
  /** Present when the item existed before. */
  oldImage?: Record<string, unknown>;
}

/** Attribute values as Lambda passes them: `{ S: '…' }`, `{ N: '1' }`, `{ M: {…} }`, …; binaries are base64. */
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

/** The response to a stream or a queue: these records or messages are delivered again. */
export interface BatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

/** Whether a stream invoked the function; a schedule may invoke it too. */
export function isTableEvent(event: unknown): boolean {
  return z.object({ Records: z.array(z.unknown()) }).safeParse(event).success;
}

/**
 * Reads a batch of a stream with new (and old) images. Numbers keep every digit.
 * @throws ZodError for any other input: the function is wired to a wrong source.
 */
export function toTableChanges(event: unknown): TableChange[] {
  return batch.parse(event).Records.map(({ dynamodb: { SequenceNumber, NewImage, OldImage } }) => ({
    sequenceNumber: SequenceNumber,
    newImage: toDocument(NewImage),
    ...(OldImage && { oldImage: toDocument(OldImage) }),
  }));
}

/**
 * The response to a stream batch: Lambda delivers it again from the first failed change on. Later changes that succeeded
 * arrive twice, so every function must recognize work that it has done.
 */
export function toStreamResponse(changes: readonly TableChange[], failed: readonly string[]): BatchResponse {
  const again = new Set(failed);
  const first = changes.find(({ sequenceNumber }) => again.has(sequenceNumber));
  return { batchItemFailures: first === undefined ? [] : [{ itemIdentifier: first.sequenceNumber }] };
}

function toDocument(attributes: z.infer<typeof image>): Record<string, unknown> {
  const safe = Object.entries(attributes).map(([name, value]) => [name, withoutPrototypes(value)] as const);
  return unmarshall(Object.fromEntries(safe), { wrapNumbers: (value) => NumberValue.from(value) });
}

/**
 * Removes every `__proto__`: `unmarshall` would make its value the prototype of the map, and a map whose prototype is a
 * number passes for a number.
 */
function withoutPrototypes(value: AttributeValue): AttributeValue {
  if (value.L) return { L: value.L.map(withoutPrototypes) };
  if (!value.M) return value;
  const members = Object.entries(value.M).filter(([name]) => name !== '__proto__');
  return { M: Object.fromEntries(members.map(([name, inner]) => [name, withoutPrototypes(inner)])) };
}

/**
 * Handles changes one by one. A failed change does not stop the others.
 * @returns the sequence numbers of the changes to deliver again.
 */
export async function eachChange(
  changes: readonly TableChange[],
  follow: (subscriptionId: string) => Promise<void>,
  onFailure: (error: unknown) => void,
): Promise<string[]> {
  const failed: string[] = [];
  for (const { sequenceNumber, newImage } of changes) {
    await follow(String(newImage.subscriptionId)).catch((error: unknown) => {
      onFailure(error);
      failed.push(sequenceNumber);
    });
  }
  return failed;
}
