import { afterEach, describe, expect, it } from '@jest/globals';
import { SimulatedClock } from '../../../simulator/clock';
import { SnsPublisher } from '../../../simulator/wire/sns';
import { stacks } from './fixtures/an-assembly';

const { start, stopAll } = stacks();
afterEach(stopAll);

const TOPIC = 'arn:aws:sns:us-east-1:287250355862:aws-mp-subscription-notification-p';
const aSubscription = (properties: Record<string, unknown> = {}) => ({
  Type: 'AWS::SNS::Subscription',
  Properties: { TopicArn: TOPIC, Protocol: 'sqs', Endpoint: { 'Fn::GetAtt': ['Queue', 'Arn'] }, ...properties },
});
const aQueue = { Type: 'AWS::SQS::Queue' };

describe('a topic', () => {
  it('delivers what is published to the queues that subscribe to it, in the envelope of SNS', async () => {
    const clock = new SimulatedClock();
    clock.set(Date.parse('2031-01-01T00:00:00.500Z'));
    const resources = { Queue: aQueue, Other: aQueue, Subscription: aSubscription() };
    const stack = await start({ resources }, { clock });
    const failures: string[] = [];
    const publisher = new SnsPublisher({ endpoint: stack.awsEndpoint, onFailure: (message) => failures.push(message) });
    publisher.publish({ topicArn: TOPIC, message: '{"a":"ü&="}' });
    publisher.publish({ topicArn: `${TOPIC}2`, message: 'for nobody' });
    await publisher.settled();
    const [message, ...others] = stack.queue('Queue').messages();
    expect(JSON.parse(message?.body ?? '')).toMatchObject({
      Type: 'Notification',
      MessageId: expect.any(String),
      TopicArn: TOPIC,
      Message: '{"a":"ü&="}',
      Timestamp: expect.stringMatching(/^2031-01-01T00:00:/),
    });
    expect([others, stack.queue('Other').messages(), failures]).toEqual([[], [], []]);
  });

  it.each([
    { Protocol: 'email' },
    { RawMessageDelivery: true },
    { Endpoint: 'arn:aws:sqs:us-east-1:000000000000:elsewhere' },
  ])('is refused when it is subscribed to in a way that is not run here: %j', async (properties) => {
    await expect(start({ resources: { Queue: aQueue, Subscription: aSubscription(properties) } })).rejects.toThrow();
  });
});

describe('the publisher of notifications', () => {
  it('says what could not be delivered, and goes on', async () => {
    const failures: string[] = [];
    const publisher = new SnsPublisher({ endpoint: 'http://127.0.0.1:1/', onFailure: (text) => failures.push(text) });
    publisher.publish({ topicArn: TOPIC, message: '' });
    publisher.publish({ topicArn: TOPIC, message: '' });
    await publisher.settled();
    expect(failures).toHaveLength(2);
    expect(failures[0]).toContain(TOPIC);
  });
});
