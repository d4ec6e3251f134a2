import type { Clock } from './context';
import type { Random } from './random';

/** How events and notifications are delivered. By default once, immediately and in order. */
export interface DeliverySettings {
  /** The share that is delivered twice, 0 to 1. */
  duplicate: number;
  /** The share that is delivered after the next one, 0 to 1. */
  reorder: number;
  /** Delays the next one only; 0: no delay. */
  delayNextSeconds: number;
}

/** An event or a notification, which the delivery knows by its identity. */
type Message = object;

export interface Holding {
  dueAtMs: number;
  /** Is sent as soon as another message has been. */
  isOvertaken: boolean;
}

interface Held extends Holding {
  message: Message;
  transport(): void;
}

/** What became of a message. */
export interface MessageDelivery {
  /** Twice for a duplicate. */
  sentAtMs: readonly number[];
  /** Where it still waits to be sent. */
  held: readonly Holding[];
}

/** A message waiting to be overtaken is sent after this long even if no other message comes. */
const OVERTAKEN_WITHIN_MS = 60_000;

/** EventBridge and SNS deliver at least once, in any order. This reproduces both on request, driven by the seed. */
export class Delivery {
  readonly #settings: DeliverySettings = { duplicate: 0, reorder: 0, delayNextSeconds: 0 };
  readonly #sentAtMs = new WeakMap<Message, number[]>();
  #held: Held[] = [];

  constructor(
    private readonly random: Random,
    private readonly clock: Clock,
  ) {}

  get state(): DeliverySettings & { held: number } {
    return { ...this.#settings, held: this.#held.length };
  }

  set(settings: Partial<DeliverySettings>): void {
    Object.assign(this.#settings, settings);
  }

  of(message: Message): MessageDelivery {
    const held = this.#held.filter((each) => each.message === message);
    return { sentAtMs: this.#sentAtMs.get(message) ?? [], held };
  }

  /** What is held, in the order in which it will be sent. */
  get held(): readonly Held[] {
    return this.#held;
  }

  /** Continues where another delivery stopped. */
  restore({ held, sent }: { held: Held[]; sent: (readonly [Message, number[]])[] }): void {
    this.#held = held;
    for (const [message, sentAtMs] of sent) this.#sentAtMs.set(message, sentAtMs);
  }

  /** Sends now, later, or both. */
  deliver(message: Message, transport: () => void): void {
    const { duplicate, reorder, delayNextSeconds } = this.#settings;
    const nowMs = this.clock.now();
    if (delayNextSeconds > 0) {
      this.#settings.delayNextSeconds = 0;
      this.#held.push({ message, transport, dueAtMs: nowMs + delayNextSeconds * 1000, isOvertaken: false });
      return;
    }
    const isOvertaken = this.#strikes(reorder);
    const isDuplicated = this.#strikes(duplicate);
    const overtaken = this.#held.filter((held) => held.isOvertaken);
    if (!isOvertaken) {
      this.#held = this.#held.filter((held) => !held.isOvertaken);
      this.#dispatch({ message, transport });
      for (const held of overtaken) this.#dispatch(held);
    }
    const held = { message, transport, dueAtMs: nowMs + OVERTAKEN_WITHIN_MS, isOvertaken: true };
    if (isOvertaken) this.#held.push(held);
    if (isDuplicated) this.#held.push(held);
  }

  /** Sends every held message that is due. */
  runDue(): void {
    const nowMs = this.clock.now();
    this.#send(({ dueAtMs }) => dueAtMs <= nowMs);
  }

  /** Sends every held message. */
  release(): void {
    this.#send(() => true);
  }

  #send(isDue: (held: Held) => boolean): void {
    const due = this.#held.filter(isDue);
    this.#held = this.#held.filter((held) => !isDue(held));
    for (const held of due) this.#dispatch(held);
  }

  #dispatch({ message, transport }: Pick<Held, 'message' | 'transport'>): void {
    this.#sentAtMs.set(message, [...(this.#sentAtMs.get(message) ?? []), this.clock.now()]);
    transport();
  }

  /** Draws no number when the rate is 0, so that switching it off changes nothing else about a seeded run. */
  #strikes(rate: number): boolean {
    return rate > 0 && this.random.next() < rate;
  }
}
