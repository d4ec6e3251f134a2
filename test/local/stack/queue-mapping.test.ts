import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { SimulatedClock } from '../../../simulator';
import type { LocalStack } from '../../../local/stack/local-stack';
import { aClock, stacks } from './fixtures/an-assembly';

const { start, stopAll } = stacks();
afterEach(stopAll);

const VISIBILITY_MS = 180_000;
/** Prints the bodies of all messages and fails those with the body `bad`. */
const FAILS_SOME = `export const handler = async ({ Records }) => {
  console.log(JSON.stringify(Records.map(({ body }) => body)));
  return { batchItemFailures: Records.filter(({ body }) => body === 'bad').map((r) => ({ itemIdentifier: r.messageId })) };
};`;

describe('an event source mapping of a queue', () => {
  it('hides a failed message for the visibility timeout in simulated time, then moves it to the dead-letter queue', async () => {
    const clock = aClock();
    const stack = await givenQueue({ clock });
    for (const body of ['good', 'bad']) stack.queue('Queue').send(body);

    await stack.drain();
    expect(bodies(stack)).toEqual([['good', 'bad']]);
    expect(stack.queue('Queue').messages()).toMatchObject([{ body: 'bad', receiveCount: 1 }]);

    // Not yet visible again.
    clock.advance(VISIBILITY_MS - 1);
    await stack.drain();
    expect(bodies(stack)).toHaveLength(1);

    clock.advance(1);
    await stack.drain();
    expect(bodies(stack)).toEqual([['good', 'bad'], ['bad']]);

    clock.advance(VISIBILITY_MS);
    await stack.drain();
    expect(bodies(stack)).toHaveLength(2);
    expect(stack.queue('Queue').messages()).toEqual([]);
    expect(stack.queue('Dead').messages()).toMatchObject([{ body: 'bad' }]);
  });

  it('redelivers a whole queue batch when the function throws', async () => {
    const clock = aClock();
    const source = `let runs = 0; export const handler = async ({ Records }) => {
      console.log(JSON.stringify(Records.map(({ body }) => body)));
      if (runs++ === 0) throw new Error('first'); };`;
    const stack = await givenQueue({ clock, source, mapping: { MaximumBatchingWindowInSeconds: 60 } });
    for (const body of ['a', 'b']) stack.queue('Queue').send(body);
    await stack.drain();
    clock.advance(VISIBILITY_MS);
    await stack.drain();
    expect(bodies(stack)).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(stack.queue('Queue').messages()).toEqual([]);
  });

  it('limits queue batches to BatchSize and holds back delayed messages', async () => {
    const clock = aClock();
    const stack = await givenQueue({ clock, mapping: { BatchSize: 2, MaximumBatchingWindowInSeconds: 60 } });
    for (const body of ['a', 'b', 'c']) stack.queue('Queue').send(body);
    stack.queue('Queue').send('later', { delaySeconds: 900 });
    await stack.drain();
    expect(bodies(stack).flat().toSorted()).toEqual(['a', 'b', 'c']);
    expect(Math.max(...bodies(stack).map(({ length }) => length))).toBe(2);
    clock.advance(900_000);
    await stack.drain();
    expect(bodies(stack).at(-1)).toEqual(['later']);
  });

  it('passes queue messages to the function in the format of SQS', async () => {
    const source = 'export const handler = async (event) => { console.log(JSON.stringify([JSON.stringify(event)])); };';
    const stack = await givenQueue({ source });
    const messageId = stack.queue('Queue').send('{"a":1}');
    await stack.drain();
    expect(JSON.parse(bodies(stack)[0]?.[0] ?? '')).toEqual({
      Records: [
        {
          messageId,
          receiptHandle: expect.any(String),
          body: '{"a":1}',
          attributes: {
            ApproximateReceiveCount: '1',
            SentTimestamp: expect.stringMatching(/^\d{13}$/),
            SenderId: expect.any(String),
            ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
          },
          messageAttributes: {},
          md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
          eventSource: 'aws:sqs',
          eventSourceARN: expect.stringMatching(/^arn:aws:sqs:us-east-1:\d{12}:/),
          awsRegion: 'us-east-1',
        },
      ],
    });
  });
});

function bodies(stack: LocalStack): string[][] {
  const lines = stack.log('Fn').filter((line) => line.startsWith('['));
  return lines.map((line) => z.array(z.string()).parse(JSON.parse(line)));
}

function givenQueue({
  clock = aClock(),
  source = FAILS_SOME,
  mapping = {},
}: {
  clock?: SimulatedClock;
  source?: string;
  mapping?: Record<string, unknown>;
}): Promise<LocalStack> {
  const parts = {
    functions: { Fn: source },
    resources: {
      Dead: { Type: 'AWS::SQS::Queue' },
      Queue: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          VisibilityTimeout: VISIBILITY_MS / 1000,
          RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 2 },
        },
      },
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
          FunctionName: { Ref: 'Fn' },
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          MaximumBatchingWindowInSeconds: 5,
          ...mapping,
        },
      },
    },
  };
  return start(parts, { clock });
}
