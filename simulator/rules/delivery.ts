import type { Random } from './random';

/** How the marketplace's events and notifications travel. By default once, at once and in order. */
export interface DeliverySettings {
  /** How many of them come twice, 0 to 1. */
  duplicate: number;
  /** How many of them are overtaken by the next, 0 to 1. */
  reorder: number;
  /** The next one is held back for so long, and by default 0: not at all. */
  delayNextSeconds: number;
}

interface Held {
  send(): void;
  dueAtMs: number;
  /** Goes as soon as another has overtaken it. */
  isOvertaken: boolean;
}

/** What nothing overtakes goes after this long all the same: late, but never lost. */
const OVERTAKEN_WITHIN_MS = 60_000;

/** EventBridge and SNS promise at least once and no order. This takes them at their word, on request and by the seed. */
export class Delivery {
  readonly #settings: DeliverySettings = { duplicate: 0, reorder: 0, delayNextSeconds: 0 };
  #held: Held[] = [];

  constructor(
    private readonly random: Random,
    private readonly clock: { now(): number },
  ) {}

  get state(): DeliverySettings & { held: number } {
    return { ...this.#settings, held: this.#held.length };
  }

  set(settings: Partial<DeliverySettings>): void {
    Object.assign(this.#settings, settings);
  }

  /** Sends now, later, or both; what is held goes when it is due. */
  deliver(send: () => void): void {
    const { duplicate, reorder, delayNextSeconds } = this.#settings;
    const nowMs = this.clock.now();
    if (delayNextSeconds > 0) {
      this.#settings.delayNextSeconds = 0;
      this.#held.push({ send, dueAtMs: nowMs + delayNextSeconds * 1000, isOvertaken: false });
      return;
    }
    const isOvertaken = this.#strikes(reorder);
    const comesAgain = this.#strikes(duplicate);
    const overtaken = this.#held.filter((held) => held.isOvertaken);
    if (!isOvertaken) {
      this.#held = this.#held.filter((held) => !held.isOvertaken);
      send();
      for (const held of overtaken) held.send();
    }
    const held = { send, dueAtMs: nowMs + OVERTAKEN_WITHIN_MS, isOvertaken: true };
    if (isOvertaken) this.#held.push(held);
    if (comesAgain) this.#held.push(held);
  }

  /** Sends what is due by now. */
  runDue(): void {
    const nowMs = this.clock.now();
    this.#send(({ dueAtMs }) => dueAtMs <= nowMs);
  }

  /** Sends whatever is held. */
  release(): void {
    this.#send(() => true);
  }

  #send(isDue: (held: Held) => boolean): void {
    const due = this.#held.filter(isDue);
    this.#held = this.#held.filter((held) => !isDue(held));
    for (const { send } of due) send();
  }

  /** No number is drawn for what is switched off: nothing else of the seed's changes. */
  #strikes(rate: number): boolean {
    return rate > 0 && this.random.next() < rate;
  }
}
