import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { NOTICE_EVENT_SOURCE, type Notice } from '../contract/notices';

/** EventBridge's limit for the entries of a PutEvents call. */
const PUT_EVENTS_MAX = 10;

export type PublishResult = 'published' | 'failed';

export interface NoticePublisher {
  /** @returns one result for each notice, in order. */
  publish(notices: readonly Notice[]): Promise<PublishResult[]>;
}

/** The client of the notices' bus. It retries failed calls; the stream retries failed entries. */
export function createEventBridgeClient(): EventBridgeClient {
  return new EventBridgeClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });
}

/** Puts notices on this project's EventBridge bus: `detail-type` is the kind, `detail` is the whole notice. */
export class EventBusPublisher implements NoticePublisher {
  readonly #client: EventBridgeClient;
  readonly #busName: string;
  readonly #onFailure: (error: unknown) => void;

  constructor(client: EventBridgeClient, busName: string, onFailure: (error: unknown) => void) {
    this.#client = client;
    this.#busName = busName;
    this.#onFailure = onFailure;
  }

  async publish(notices: readonly Notice[]): Promise<PublishResult[]> {
    const results: PublishResult[] = [];
    for (let start = 0; start < notices.length; start += PUT_EVENTS_MAX) {
      results.push(...(await this.#put(notices.slice(start, start + PUT_EVENTS_MAX))));
    }
    return results;
  }

  /** A successful call can have failed entries: AWS returns one result per entry, in order. */
  async #put(notices: readonly Notice[]): Promise<PublishResult[]> {
    try {
      const answer = await this.#client.send(new PutEventsCommand({ Entries: notices.map((n) => this.#toEntry(n)) }));
      return notices.map((_notice, index) => (answer.Entries?.[index]?.EventId ? 'published' : 'failed'));
    } catch (error) {
      this.#onFailure(error);
      return notices.map(() => 'failed');
    }
  }

  #toEntry(notice: Notice) {
    return {
      EventBusName: this.#busName,
      Source: NOTICE_EVENT_SOURCE,
      DetailType: notice.kind,
      Time: new Date(notice.time),
      Resources: notice.subscriptionId === undefined ? [] : [notice.subscriptionId],
      Detail: JSON.stringify(notice),
    };
  }
}
