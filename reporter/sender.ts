import type { Settings } from './options';
import { pauseMs } from './pause';
import type { Rejection, ReportedUsage } from './usage-event';
import type { Answer, UsageApi } from './usage-api';

/** An event that waits for its answer. */
export interface Pending {
  /** In the order of the reports. */
  readonly number: number;
  readonly event: ReportedUsage;
}

/** An event that has its answer; `why` if it will not be billed. */
export interface Settled {
  pending: Pending;
  why?: Rejection;
}

/** `POST /usage` takes 1 MB. */
const MAX_BODY_BYTES = 900_000;

export interface SenderParts {
  settings: Settings;
  api: Pick<UsageApi, 'send'>;
  onSettled(settled: readonly Settled[]): void;
  onProblem(problem: Error): void;
}

/**
 * Sends events in requests of up to a batch, at most `concurrency` at a time. A request leaves when it is full, when its first
 * event has waited for `delayMs`, or when somebody is in a hurry. What has to be sent again leaves after a pause, together
 * with what has come since.
 */
export class Sender {
  readonly #parts: SenderParts;
  readonly #stop = new AbortController();
  #waiting: Pending[] = [];
  /** So many of those who wait have waited long enough. */
  #due = 0;
  #lanes = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  add(pending: Pending): void {
    this.#waiting.push(pending);
    this.#startLanes();
  }

  /** Lets nothing wait for others any longer. */
  hurry(): void {
    this.#due = this.#waiting.length;
    this.#startLanes();
  }

  /** Sends nothing more, and takes no answer. */
  stop(): void {
    this.#cancelTimer?.();
    this.#waiting = [];
    this.#stop.abort(new Error('the reporter was closed'));
  }

  #startLanes(): void {
    const { concurrency, delayMs, ports } = this.#parts.settings;
    while (this.#lanes < concurrency && this.#isDue()) void this.#runLane();
    if (this.#waiting.length === 0 || this.#cancelTimer !== undefined) return;
    const hurry = () => {
      this.#cancelTimer = undefined;
      this.hurry();
    };
    this.#cancelTimer = ports.after(delayMs, hurry, false);
  }

  #isDue(): boolean {
    return this.#due > 0 || this.#waiting.length >= this.#parts.settings.batchSize;
  }

  async #runLane(): Promise<void> {
    this.#lanes += 1;
    let held = this.#take([]);
    for (let retry = 0; held.length > 0;) {
      const again = await this.#send(held);
      if (this.#stop.signal.aborted) return;
      retry = again.length < held.length ? 1 : retry + 1;
      if (again.length > 0) await this.#pause(pauseMs(retry, this.#parts.settings));
      if (this.#stop.signal.aborted) return;
      held = again.length > 0 || this.#isDue() ? this.#take(again) : [];
    }
    this.#lanes -= 1;
    this.#startLanes();
  }

  /** Fills a request up. */
  #take(held: readonly Pending[]): Pending[] {
    let bytes = held.reduce((sum, each) => sum + bytesOf(each), 0);
    let count = 0;
    for (const pending of this.#waiting) {
      bytes += bytesOf(pending);
      if (held.length + count === this.#parts.settings.batchSize || bytes > MAX_BODY_BYTES) break;
      count += 1;
    }
    this.#due = Math.max(0, this.#due - count);
    return [...held, ...this.#waiting.splice(0, count)];
  }

  /** @returns the events to send again */
  async #send(held: readonly Pending[]): Promise<Pending[]> {
    const { api, onSettled, onProblem } = this.#parts;
    const sent = await api.send(
      held.map(({ event }) => event),
      this.#stop.signal,
    );
    if (this.#stop.signal.aborted) return [];
    if ('problem' in sent) {
      onProblem(sent.problem);
      return [...held];
    }
    const answerTo = (index: number): Answer => sent.answers[index] ?? 'again';
    onSettled(
      held.flatMap((pending, index): Settled[] => {
        const answer = answerTo(index);
        if (answer === 'again') return [];
        return [answer === 'stored' ? { pending } : { pending, why: answer }];
      }),
    );
    return held.filter((_, index) => answerTo(index) === 'again');
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#stop;
    await new Promise<void>((resolve) => {
      const end = () => {
        cancel();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const cancel = this.#parts.settings.ports.after(ms, end, false);
      signal.addEventListener('abort', end);
    });
  }
}

const bytesOf = ({ event }: Pending) => Buffer.byteLength(JSON.stringify(event)) + 1;
