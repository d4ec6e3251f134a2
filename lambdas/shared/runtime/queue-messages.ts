import * as z from 'zod';
import { UnusableInputError } from './error-ids';
import type { BatchResponse } from './table-changes';

/** A message of an SQS queue; `read` gives its body, parsed as JSON. */
export interface QueueMessage {
  messageId: string;
  /** @throws UnusableInputError when the body is not JSON. */
  read(): unknown;
}

const batch = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

/**
 * Reads a batch of a queue. Bodies are parsed one by one, later: one that is broken fails alone.
 * @throws ZodError for anything but a batch: a fault of our wiring.
 */
export function toQueueMessages(event: unknown): QueueMessage[] {
  return batch.parse(event).Records.map(({ messageId, body }) => ({ messageId, read: () => parseJson(body) }));
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Its own message would quote the body.
    throw new UnusableInputError('notJson', 'The message is not JSON.');
  }
}

/**
 * Takes a queue's messages one by one and names those to bring back. Every error brings its message back: what has a name
 * is an outcome, not an error, and the dead-letter queue ends what never succeeds.
 */
export function onQueueMessages(
  take: (message: QueueMessage) => Promise<unknown>,
  onFailure: (error: unknown, messageId: string) => void,
) {
  return async (event: unknown): Promise<BatchResponse> => {
    const batchItemFailures: BatchResponse['batchItemFailures'] = [];
    for (const message of toQueueMessages(event)) {
      try {
        await take(message);
      } catch (error) {
        onFailure(error, message.messageId);
        batchItemFailures.push({ itemIdentifier: message.messageId });
      }
    }
    return { batchItemFailures };
  };
}
