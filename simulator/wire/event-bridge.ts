import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { EventBridgeEvent } from '../rules/state';
import { Publisher, type PublisherOptions } from './publisher';

/** Delivers events with real PutEvents calls. */
export function eventBridgePublisher(options: PublisherOptions): Publisher<EventBridgeEvent> {
  return new Publisher(options, { nameOf: (event) => `The event "${event['detail-type']}"`, send });
}

async function send(endpoint: string, event: EventBridgeEvent): Promise<void> {
  const client = new EventBridgeClient({
    endpoint,
    region: 'us-east-1',
    maxAttempts: 3,
    credentials: { accessKeyId: 'marketplace', secretAccessKey: 'marketplace' },
  });
  try {
    const { 'detail-type': DetailType, source: Source, time, resources: Resources, detail } = event;
    const entry = { Source, DetailType, Time: new Date(time), Resources, Detail: JSON.stringify(detail) };
    const { FailedEntryCount = 0, Entries } = await client.send(new PutEventsCommand({ Entries: [entry] }));
    if (FailedEntryCount > 0) throw new Error(Entries?.[0]?.ErrorMessage ?? 'PutEvents rejected the event');
  } finally {
    client.destroy();
  }
}
