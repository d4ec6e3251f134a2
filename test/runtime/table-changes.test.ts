import { describe, expect, it } from '@jest/globals';
import { toStreamResponse, toTableChanges } from '../../lambdas/shared/runtime/table-changes';

const record = (SequenceNumber: string, images: object) => ({
  eventName: 'INSERT',
  dynamodb: { SequenceNumber, ...images },
});

describe('a stream batch', () => {
  it('keeps every digit of a number', () => {
    const [change] = toTableChanges({
      Records: [record('1', { NewImage: { quantity: { N: '0.123456789012345678' }, tags: { M: { a: { S: 'b' } } } } })],
    });
    expect(String(change?.newImage.quantity)).toBe('0.123456789012345678');
    expect(change?.newImage.tags).toEqual({ a: 'b' });
    expect(change).not.toHaveProperty('oldImage');
  });

  it('is delivered again from the first failed change on, whatever order failures were found in', () => {
    const changes = toTableChanges({ Records: ['1', '2', '3'].map((n) => record(n, { NewImage: {}, OldImage: {} })) });
    expect(toStreamResponse(changes, ['3', '2'])).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
    expect(toStreamResponse(changes, [])).toEqual({ batchItemFailures: [] });
  });
});
