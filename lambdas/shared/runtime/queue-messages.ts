import * as z from 'zod';
import { UnusableInputError } from './error-ids';

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
 * Takes the messages one after the other and tells the queue which to bring back. Every error brings a message back: what
 * can be named is an outcome, not an error, and the dead-letter queue ends what never succeeds.
 */
export async function takeEach(
  messages: readonly QueueMessage[],
  take: (message: QueueMessage) => Promise<unknown>,
  onFailure: (error: unknown, messageId: string) => void,
): Promise<{ batchItemFailures: { itemIdentifier: string }[] }> {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const message of messages) {
    try {
      await take(message);
    } catch (error) {
      onFailure(error, message.messageId);
      batchItemFailures.push({ itemIdentifier: message.messageId });
    }
  }
  return { batchItemFailures };
}
