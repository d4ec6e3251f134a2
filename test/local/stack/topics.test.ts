import { afterEach, describe, expect, it } from 'vitest';
import { aClock, stacks } from './fixtures/an-assembly';

const { start, stopAll } = stacks();
afterEach(stopAll);

const TOPIC = 'arn:aws:sns:us-east-1:287250355862:aws-mp-subscription-notification-p';
const aSubscription = (properties: Record<string, unknown> = {}) => ({
  Type: 'AWS::SNS::Subscription',
  Properties: { TopicArn: TOPIC, Protocol: 'sqs', Endpoint: { 'Fn::GetAtt': ['Queue', 'Arn'] }, ...properties },
});
const aQueue = { Type: 'AWS::SQS::Queue' };

describe('a local topic', () => {
  it('delivers a published message to the subscribed queues in the envelope of SNS', async () => {
    const resources = { Queue: aQueue, Other: aQueue, Subscription: aSubscription() };
    const stack = await start({ resources }, { clock: aClock('2031-01-01T00:00:00.500Z') });
    const publish = async (TopicArn: string, Message: string) => {
      const body = new URLSearchParams({ Action: 'Publish', Version: '2010-03-31', TopicArn, Message });
      return (await fetch(stack.awsEndpoint, { method: 'POST', body })).status;
    };
    const statuses = [await publish(TOPIC, '{"a":"ü&="}'), await publish(`${TOPIC}2`, 'for nobody')];
    const [message, ...others] = stack.queue('Queue').messages();
    expect(JSON.parse(message?.body ?? '')).toMatchObject({
      Type: 'Notification',
      MessageId: expect.any(String),
      TopicArn: TOPIC,
      Message: '{"a":"ü&="}',
      Timestamp: '2031-01-01T00:00:00.500Z',
    });
    expect([others, stack.queue('Other').messages(), statuses]).toEqual([[], [], [200, 200]]);
  });

  it.each([
    { Protocol: 'email' },
    { RawMessageDelivery: true },
    { Endpoint: 'arn:aws:sqs:us-east-1:000000000000:elsewhere' },
  ])('refuses a topic subscription with unsupported properties: %j', async (properties) => {
    await expect(start({ resources: { Queue: aQueue, Subscription: aSubscription(properties) } })).rejects.toThrow();
  });
});
