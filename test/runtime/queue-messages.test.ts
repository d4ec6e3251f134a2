import { describe, expect, it } from 'vitest';
import { UnusableInputError } from '../../lambdas/shared/runtime/error-ids';
import { onQueueMessages, toQueueMessages } from '../../lambdas/shared/runtime/queue-messages';

const batchOf = (...bodies: string[]) => ({
  Records: bodies.map((body, index) => ({ messageId: `message-${index}`, body, receiptHandle: 'x' })),
});

describe('Taking a batch of a queue', () => {
  it('has exactly the failed messages delivered again, broken JSON among them', async () => {
    const taken: unknown[] = [];
    const failures: string[] = [];
    const take = async (message: { read(): unknown }) => {
      const body = message.read();
      if (body === 'bad') throw new Error('no');
      taken.push(body);
    };
    const follow = onQueueMessages(take, (_error, messageId) => void failures.push(messageId));
    const response = await follow(batchOf('1', '"bad"', '{', '2'));
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-1' }, { itemIdentifier: 'message-2' }] });
    expect(taken).toEqual([1, 2]);
    expect(failures).toEqual(['message-1', 'message-2']);
  });

  it('does not quote a body that is not JSON', () => {
    const [message] = toQueueMessages(batchOf('{"MARKER'));
    expect(() => message?.read()).toThrow(new UnusableInputError('notJson', 'The message is not JSON.'));
  });

  it('fails for input that is not a batch', () => {
    expect(() => toQueueMessages({})).toThrow();
  });
});
