import type { SnsNotification } from '../rules/state';
import { Publisher, type PublisherOptions } from './publisher';

/** Publishes notifications with SNS's query protocol. */
export function snsPublisher(options: PublisherOptions): Publisher<SnsNotification> {
  return new Publisher(options, { nameOf: ({ topicArn }) => `The notification on ${topicArn}`, send });
}

async function send(endpoint: string, { topicArn: TopicArn, message: Message }: SnsNotification): Promise<void> {
  const body = new URLSearchParams({ Action: 'Publish', Version: '2010-03-31', TopicArn, Message });
  const response = await fetch(endpoint, { method: 'POST', body, signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
}
