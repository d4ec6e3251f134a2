import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { snsPublisher } from '../../../simulator/wire/sns';

const topicArn = 'arn:aws:sns:us-east-1:287250355862:aws-mp-subscription-notification-analytics';
let topics: Server;
let endpoint: string;
let posted: URLSearchParams[];

beforeEach(async () => {
  posted = [];
  topics = createServer((request, response) => {
    void text(request).then((body) => {
      posted.push(new URLSearchParams(body));
      response.end();
    });
  });
  await new Promise<void>((resolve) => topics.listen(0, '127.0.0.1', resolve));
  const address = topics.address();
  endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterEach(async () => {
  topics.closeAllConnections();
  await new Promise((resolve) => topics.close(resolve));
});

it("publishes notifications with SNS's query protocol, in order", async () => {
  const failures: string[] = [];
  const publisher = snsPublisher({ endpoint, onFailure: (failure) => void failures.push(failure) });
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
