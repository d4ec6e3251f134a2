import { afterEach, beforeEach, expect, it } from 'vitest';
import { snsPublisher } from '../../../simulator/wire/sns';
import { startServer } from '../a-server';

const topicArn = 'arn:aws:sns:us-east-1:287250355862:aws-mp-subscription-notification-analytics';
let topics: Awaited<ReturnType<typeof startServer>>;
let posted: URLSearchParams[];

beforeEach(async () => {
  posted = [];
  topics = await startServer((body, { response }) => {
    posted.push(new URLSearchParams(body));
    response.end();
  });
});
afterEach(() => topics.stop());

it("publishes notifications with SNS's query protocol, in order", async () => {
  const failures: string[] = [];
  const publisher = snsPublisher({ endpoint: topics.endpoint, onFailure: (failure) => void failures.push(failure) });
  for (const message of ['{"a":"ü&="}', 'second']) publisher.publish({ topicArn, message });
  await publisher.settled();

  const sent = { Action: 'Publish', Version: '2010-03-31', TopicArn: topicArn };
  expect(posted.map((form) => Object.fromEntries(form))).toEqual([
    { ...sent, Message: '{"a":"ü&="}' },
    { ...sent, Message: 'second' },
  ]);
  expect(failures).toEqual([]);
});

it('reports each notification that cannot be delivered and continues with the next', async () => {
  const failures: string[] = [];
  const publisher = snsPublisher({
    endpoint: 'http://127.0.0.1:1/',
    onFailure: (failure) => void failures.push(failure),
  });
  for (const message of ['', '']) publisher.publish({ topicArn, message });
  await publisher.settled();

  expect(failures).toHaveLength(2);
  expect(failures[0]).toContain(topicArn);
});
