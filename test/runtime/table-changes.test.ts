import { describe, expect, it } from 'vitest';
import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { eachChange, toStreamResponse, toTableChanges } from '../../lambdas/shared/runtime/table-changes';

const record = (SequenceNumber: string, images: object) => ({
  eventName: 'INSERT',
  dynamodb: { SequenceNumber, ...images },
});

describe('a stream batch', () => {
  it('keeps every digit of a number in a stream image', () => {
    const [change] = toTableChanges({
      Records: [record('1', { NewImage: { quantity: { N: '0.123456789012345678' }, tags: { M: { a: { S: 'b' } } } } })],
    });
    expect(String(change?.newImage.quantity)).toBe('0.123456789012345678');
    expect(change?.newImage.tags).toEqual({ a: 'b' });
    expect(change).not.toHaveProperty('oldImage');
  });

  it('does not read a map as a number because of its prototype', () => {
    const NewImage: unknown = JSON.parse(
      '{"quantity":{"M":{"toString":{"S":"x"},"__proto__":{"N":"5"}}},"l":{"L":[{"M":{"__proto__":{"N":"5"}}}]}}',
    );
    const [change] = toTableChanges({ Records: [record('1', { NewImage })] });
    expect(change?.newImage.quantity).toEqual({ toString: 'x' });
    expect(change?.newImage.quantity).not.toBeInstanceOf(NumberValue);
    expect(change?.newImage.l).toEqual([{}]);
  });

  it('has a stream batch delivered again from the first failed change on', () => {
    const changes = toTableChanges({ Records: ['1', '2', '3'].map((n) => record(n, { NewImage: {}, OldImage: {} })) });
    expect(toStreamResponse(changes, ['3', '2'])).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
    expect(toStreamResponse(changes, [])).toEqual({ batchItemFailures: [] });
  });

  it('notes why a change fails, and follows the others', async () => {
    const [followed, failures]: [string[], unknown[]] = [[], []];
    const changes = ['1', '2', '3'].map((n) => ({ sequenceNumber: n, newImage: { subscriptionId: `s-${n}` } }));
    const follow = async (id: string) => {
      if (id === 's-2') throw new Error('no');
      followed.push(id);
    };
    expect(await eachChange(changes, follow, (error) => void failures.push(error))).toEqual(['2']);
    expect([followed, failures]).toEqual([['s-1', 's-3'], [new Error('no')]]);
  });
});
