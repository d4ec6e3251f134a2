import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { MarketplaceEvent } from '../rules/events';

export interface EventBridgePublisherOptions {
  /** Where PutEvents goes; absent: events go nowhere. */
  endpoint?: string;
  /** Told in a sentence about an event that could not be delivered. */
  onFailure(message: string): void;
}

/** Delivers the marketplace's events with real PutEvents calls, one after the other, in the order they happened. */
export class EventBridgePublisher {
  readonly #onFailure: (message: string) => void;
  #client: EventBridgeClient | undefined;
  #tail: Promise<void> = Promise.resolve();

  constructor({ endpoint, onFailure }: EventBridgePublisherOptions) {
    this.#onFailure = onFailure;
    if (endpoint !== undefined) this.setEndpoint(endpoint);
  }

  /** The stack that receives the events is started after the marketplace: its address is known only then. */
  setEndpoint(endpoint: string): void {
    this.#client?.destroy();
    this.#client = new EventBridgeClient({
      endpoint,
      region: 'us-east-1',
      maxAttempts: 3,
      credentials: { accessKeyId: 'marketplace', secretAccessKey: 'marketplace' },
    });
  }

  publish(event: MarketplaceEvent): void {
    const client = this.#client;
    if (client) this.#tail = this.#tail.then(() => this.#put(client, event));
  }

  /** Resolves when every event so far has been delivered or given up. */
  settled(): Promise<void> {
    return this.#tail;
  }

  stop(): void {
    this.#client?.destroy();
  }

  async #put(client: EventBridgeClient, event: MarketplaceEvent): Promise<void> {
    const { 'detail-type': detailType, source, time, resources, detail } = event;
    try {
      const { FailedEntryCount = 0, Entries } = await client.send(
        new PutEventsCommand({
          Entries: [
            {
              Source: source,
              DetailType: detailType,
              Time: new Date(time),
              Resources: resources,
              Detail: JSON.stringify(detail),
            },
          ],
        }),
      );
      if (FailedEntryCount > 0) throw new Error(Entries?.[0]?.ErrorMessage ?? 'PutEvents refused the event');
    } catch (error) {
      const reason = error instanceof Error ? error.message || error.name : String(error);
      this.#onFailure(`The event "${detailType}" could not be delivered: ${reason}`);
    }
  }
}
