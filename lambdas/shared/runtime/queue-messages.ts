import * as z from 'zod';
import { UnusableInputError } from './error-ids';
import type { BatchResponse } from './table-changes';

/** A message of an SQS queue. `read` parses its body as JSON. */
export interface QueueMessage {
  messageId: string;
  /** @throws UnusableInputError when the body is not JSON. */
  read(): unknown;
}

const batch = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

/** Whether a queue invoked the function; a stream and a schedule may invoke it too. */
export function isQueueEvent(event: unknown): boolean {
  return batch.safeParse(event).success;
}

/**
 * Reads a batch of a queue. Bodies are parsed later, so that a broken one fails alone.
 * @throws ZodError for any other input: the function is wired to a wrong source.
 */
export function toQueueMessages(event: unknown): QueueMessage[] {
  return batch.parse(event).Records.map(({ messageId, body }) => ({ messageId, read: () => parseJson(body) }));
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The parser's message would quote the body.
    throw new UnusableInputError('notJson', 'The message is not JSON.');
  }
}

/**
 * Handles a queue's messages one by one. SQS delivers a message again if `take` throws, and moves it to the dead-letter
 * queue if it never succeeds. Expected results are outcomes, not errors.
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
