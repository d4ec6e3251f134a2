import { AwsClient } from 'aws4fetch';
import * as z from 'zod';
import type { EventBridgeEvent } from '../rules/state';
import { Publisher, type PublisherOptions } from './publisher';

/** Delivers events with real PutEvents calls. */
export function eventBridgePublisher(options: PublisherOptions): Publisher<EventBridgeEvent> {
  return new Publisher(options, { nameOf: (event) => `The event "${event['detail-type']}"`, send });
}

const client = new AwsClient({
  accessKeyId: 'marketplace',
  secretAccessKey: 'marketplace',
  service: 'events',
  region: 'us-east-1',
  retries: 2,
});

const answer = z.object({
  FailedEntryCount: z.number().default(0),
  Entries: z.array(z.object({ ErrorMessage: z.string().optional() })).default([]),
});

/** Without the SDK's client, which would be the larger part of the simulator's package. */
async function send(endpoint: string, event: EventBridgeEvent): Promise<void> {
  const { 'detail-type': DetailType, source: Source, time, resources: Resources, detail } = event;
  const entry = { Source, DetailType, Time: Date.parse(time) / 1000, Resources, Detail: JSON.stringify(detail) };
  const response = await client.fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.PutEvents' },
    body: JSON.stringify({ Entries: [entry] }),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  const { FailedEntryCount, Entries } = answer.parse(JSON.parse(text));
  if (FailedEntryCount > 0) throw new Error(Entries[0]?.ErrorMessage ?? 'PutEvents rejected the event');
}
