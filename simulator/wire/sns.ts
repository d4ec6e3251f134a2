import type { MarketplaceNotification } from '../rules/notifications';

export interface SnsPublisherOptions {
  /** Where Publish goes; absent: notifications go nowhere. */
  endpoint?: string;
  /** Told in a sentence about a notification that could not be delivered. */
  onFailure(message: string): void;
}

/** Publishes the marketplace's notifications by SNS's query protocol, in the order they happened. */
export class SnsPublisher {
  readonly #onFailure: (message: string) => void;
  #endpoint: string | undefined;
  #tail: Promise<void> = Promise.resolve();

  constructor({ endpoint, onFailure }: SnsPublisherOptions) {
    this.#endpoint = endpoint;
    this.#onFailure = onFailure;
  }

  setEndpoint(endpoint: string): void {
    this.#endpoint = endpoint;
  }

  publish(notification: MarketplaceNotification): void {
    const endpoint = this.#endpoint;
    if (endpoint !== undefined) this.#tail = this.#tail.then(() => this.#post(endpoint, notification));
  }

  /** Resolves when every notification so far has been delivered or given up. */
  settled(): Promise<void> {
    return this.#tail;
  }

  async #post(endpoint: string, { topicArn, message }: MarketplaceNotification): Promise<void> {
    const body = new URLSearchParams({
      Action: 'Publish',
      Version: '2010-03-31',
      TopicArn: topicArn,
      Message: message,
    });
    try {
      const response = await fetch(endpoint, { method: 'POST', body, signal: AbortSignal.timeout(10_000) });
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    } catch (error) {
      const reason = error instanceof Error ? error.message || error.name : String(error);
      this.#onFailure(`The notification on ${topicArn} could not be delivered: ${reason}`);
    }
  }
}
