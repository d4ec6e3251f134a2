import { UsageNotTakenError } from './errors';
import { Journal } from './journal';
import { settingsOf, type FlushOptions, type Settings, type UsageReporterOptions } from './options';
import { Sender, type Settled } from './sender';
import { UsageApi } from './usage-api';
import { reportedUsage, type Rejection, type ReportedUsage, type UsageEvent } from './usage-event';

const FLUSH_MS = 10_000;
const CLOSED: Rejection = {
  reason: 'closed',
  message: 'The reporter was closed before the event was answered. It may have arrived: report it again under its id.',
};

interface Waiter {
  /** The last event that is waited for. */
  last: number;
  resolve(): void;
}

/**
 * Reports usage from the seller's application. Every event that was taken is stored by `POST /usage` at least once, under one
 * id, or told to `onRejected`.
 */
export class UsageReporter {
  readonly #settings: Settings;
  readonly #journal: Journal | undefined;
  readonly #sender: Sender;
  /** By number, oldest first. */
  readonly #pending = new Map<number, ReportedUsage>();
  readonly #waiters = new Set<Waiter>();
  #last = 0;
  #closing: Promise<number> | undefined;

  private constructor(settings: Settings, journal: Journal | undefined) {
    this.#settings = settings;
    this.#journal = journal;
    this.#sender = new Sender({
      settings,
      api: new UsageApi(settings),
      onSettled: (settled) => this.#settle(settled),
      onProblem: (problem) => this.#tell(problem),
    });
    for (const [number, event] of journal?.kept ?? []) this.#add(number, event);
  }

  /**
   * Starts a reporter. With a journal, it sends what the last one left there.
   * @throws Error when the options are wrong, when another reporter uses the journal, or when it cannot be read or written
   */
  static async start(options: UsageReporterOptions): Promise<UsageReporter> {
    const settings = settingsOf(options);
    const { journal: file } = settings;
    // The reporter's own `tell` exists only after the journal was read.
    const early: Error[] = [];
    const listener = { tell: (problem: Error): void => void early.push(problem) };
    const journal = file === undefined ? undefined : await Journal.open(file, (problem) => listener.tell(problem));
    const reporter = new UsageReporter(settings, journal);
    listener.tell = (problem) => reporter.#tell(problem);
    for (const problem of early) reporter.#tell(problem);
    return reporter;
  }

  /** How many events wait for an answer. */
  get pending(): number {
    return this.#pending.size;
  }

  /**
   * Takes an event and returns at once. With a journal, the event is in the file then: if this process dies, the next reporter
   * sends it. `sync` waits until it would outlast the machine, too.
   * @returns the event's id
   * @throws UsageNotTakenError when the event is invalid, `maxPending` events wait, or the journal cannot be written
   */
  report(event: UsageEvent): string {
    if (this.#closing !== undefined) throw new UsageNotTakenError('closed', 'The reporter was closed.');
    const { ports, maxPending } = this.#settings;
    const reported = reportedUsage(event, ports);
    if (this.#pending.size >= maxPending)
      throw new UsageNotTakenError('full', `${maxPending} events wait for an answer: report this one again later.`);
    this.#journal?.append(this.#last + 1, reported);
    this.#add(this.#last + 1, reported);
    return reported.id;
  }

  /**
   * Waits until everything that was reported is on the journal's disk. Without a journal it does nothing.
   * @throws Error when the disk refuses
   */
  async sync(): Promise<void> {
    await this.#journal?.sync();
  }

  /**
   * Sends at once what was reported until now, and waits for the answers.
   * @returns how many of these events still have none when the time is up; they are sent again
   */
  async flush({ withinMs = FLUSH_MS }: FlushOptions = {}): Promise<number> {
    const last = this.#last;
    this.#sender.hurry();
    if (!this.#isSettled(last)) {
      await new Promise<void>((resolve) => {
        const end = () => {
          cancel();
          this.#waiters.delete(waiter);
          resolve();
        };
        const waiter = { last, resolve: end };
        this.#waiters.add(waiter);
        const cancel = this.#settings.ports.after(withinMs, end, true);
      });
    }
    return [...this.#pending.keys()].filter((number) => number <= last).length;
  }

  /**
   * Takes no more events, flushes and stops. What has no answer then stays in the journal for the next reporter, or is told to
   * `onRejected` if there is no journal.
   * @returns how many events had no answer
   */
  async close(options?: FlushOptions): Promise<number> {
    this.#closing ??= this.#close(options);
    return this.#closing;
  }

  /** `close` with its default time. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(options?: FlushOptions): Promise<number> {
    const left = await this.flush(options);
    this.#sender.stop();
    if (this.#journal === undefined) {
      for (const event of this.#pending.values()) this.#reject(event, CLOSED);
      this.#pending.clear();
    }
    await this.#journal?.close();
    return left;
  }

  #add(number: number, event: ReportedUsage): void {
    this.#last = Math.max(this.#last, number);
    this.#pending.set(number, event);
    this.#sender.add({ number, event });
  }

  /** The journal forgets a rejected event only after it was told. */
  #settle(settled: readonly Settled[]): void {
    for (const { pending, why } of settled) {
      if (why !== undefined) this.#reject(pending.event, why);
      this.#pending.delete(pending.number);
    }
    this.#journal?.forget(settled.map(({ pending }) => pending.number));
    for (const waiter of [...this.#waiters]) if (this.#isSettled(waiter.last)) waiter.resolve();
  }

  /** Whether no event up to this one waits for an answer. */
  #isSettled(last: number): boolean {
    const [oldest = Infinity] = this.#pending.keys();
    return oldest > last;
  }

  #reject(event: ReportedUsage, why: Rejection): void {
    try {
      this.#settings.onRejected(event, why);
    } catch (cause) {
      this.#tell(new Error(`onRejected failed for the event ${event.id} (${why.reason}).`, { cause }));
    }
  }

  #tell(problem: Error): void {
    try {
      this.#settings.onProblem(problem);
    } catch {
      process.emitWarning(problem);
    }
  }
}
