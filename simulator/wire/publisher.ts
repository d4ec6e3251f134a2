export interface PublisherOptions {
  /** Absent: messages are discarded until `setEndpoint`. */
  endpoint?: string;
  /** Receives a sentence about each message that could not be delivered. */
  onFailure(message: string): void;
}

/** Sends messages to an endpoint one at a time, in the order they were published. */
export class Publisher<Message> {
  #endpoint: string | undefined;
  #tail: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: PublisherOptions,
    private readonly transport: {
      nameOf(message: Message): string;
      send(endpoint: string, message: Message): Promise<void>;
    },
  ) {
    this.#endpoint = options.endpoint;
  }

  setEndpoint(endpoint: string): void {
    this.#endpoint = endpoint;
  }

  publish(message: Message): void {
    const endpoint = this.#endpoint;
    if (endpoint !== undefined) this.#tail = this.#tail.then(() => this.#send(endpoint, message));
  }

  /** Resolves when every message published so far has been delivered or has failed. */
  settled(): Promise<void> {
    return this.#tail;
  }

  async #send(endpoint: string, message: Message): Promise<void> {
    try {
      await this.transport.send(endpoint, message);
    } catch (error) {
      const reason = reasonOf(error);
      this.options.onFailure(`${this.transport.nameOf(message)} could not be delivered: ${reason}`);
    }
  }
}

/** `fetch` tells in the cause what went wrong. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.message || error.name;
  return error.cause instanceof Error ? `${own} (${reasonOf(error.cause)})` : own;
}
