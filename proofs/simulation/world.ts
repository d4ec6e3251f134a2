import { Marketplace, type EventBridgeEvent, type SnsNotification } from '../../simulator';
import { AwsLedger } from './aws-ledger';
import { Books } from './books/books';
import { EntitlementTruth } from './books/entitlement-truth';
import { Buyers } from './buyers';
import { Dice, subSeed } from './dice';
import { MemoryDynamoDb } from '../../local/dynamodb/memory-dynamodb';
import type { Item } from '../../local/dynamodb/expressions';
import type { FaultCounts, FaultName } from './faults';
import { History } from './history';
import { watchWrite } from './invariants/watch-writes';
import { Invocation, Scheduler, type CallWeather } from './scheduler';
import { settingsOf, type Settings, type SimulationOptions } from './settings';
import { envelopeOf, type QueuedMessage } from './queue';
import { ChangeFeed, UsageEventStream } from './stream';

export interface Outage {
  of: 'store' | 'aws';
  fromMs: number;
  untilMs: number;
}

/** An invocation under way and what the platform does when it is over. */
export interface Task {
  invocation: Invocation;
  finish(): void;
}

/** An event as the seller's application keeps it, to report it again. */
export interface ReportedEvent {
  pk: string;
  subscriptionId: string;
  source: string;
  id: string;
  dimension: string;
  quantityText: string;
  timeMs: number;
  tags: Record<string, string>;
}

/** Everything one seed is about: the tables, AWS Marketplace, time, and what the simulation knows by itself. */
export class World implements CallWeather {
  readonly settings: Settings;
  /** True time; the functions' clock may be off by `skewMs`. */
  readonly timeline: { nowMs: number };
  skewMs = 0;
  /** The longest lateness that was ever configured. */
  longestLatenessHours: number;
  readonly history = new History();
  readonly counts: FaultCounts = {};
  readonly books = new Books();
  readonly dynamoDb = new MemoryDynamoDb();
  readonly stream = new UsageEventStream();
  readonly marketplace: Marketplace;
  readonly buyers: Buyers;
  readonly aws: AwsLedger;
  readonly scheduler: Scheduler;
  /** What each request for a customer, dimension and hour looked like at first. */
  readonly requests = new Map<string, string>();
  /** The runs that have sent each request. */
  readonly senders = new Map<string, Set<object>>();
  /** Requests that AWS has refused for what they are, not for what they were sent with. */
  readonly refusedByAws = new Set<string>();
  readonly tallyWrittenAtMs = new WeakMap<Item, number>();
  readonly indexBefore = new Map<string, readonly Item[]>();
  readonly reported: ReportedEvent[] = [];
  /** Reported, but answered with `retry` or not at all. */
  readonly unanswered: ReportedEvent[] = [];
  readonly queue: QueuedMessage[] = [];
  readonly followed: QueuedMessage[] = [];
  /** What follows a subscription: its last hours, and the entitlements. */
  readonly endings = new ChangeFeed();
  readonly entitlementChanges = new ChangeFeed();
  readonly entitlementsOfAws = new EntitlementTruth();
  /** Zero records that the seller has asked for, a dimension at a time; until `Infinity`: still does. */
  readonly zeros: { productCode: string; dimension: string; fromMs: number; stopMs: number; untilMs: number }[] = [];
  readonly frozen: Task[] = [];
  /** When a frozen invocation last woke. */
  lastWokenMs = -Infinity;
  readonly suspendedUntilMs = new Map<string, number>();
  readonly injected = new WeakSet<object>();
  /** Subscriptions whose last hours are being billed, by what the ledger says. */
  readonly openEndings = new Set<string>();
  outages: Outage[] = [];
  /** In the quiet at the end nothing goes wrong any more. */
  isQuiet = false;
  quietSinceMs = Infinity;
  /** The dice of the step under way. */
  dice: Dice;
  ids = 0;
  /** When SNS took its last message. */
  #toldAtMs = 0;

  constructor(readonly options: SimulationOptions) {
    this.settings = settingsOf(options);
    this.longestLatenessHours = this.settings.latenessHours;
    this.timeline = { nowMs: this.settings.startMs };
    this.dice = new Dice(subSeed(options.seed, -2));
    const clock = { now: () => this.timeline.nowMs };
    const publish = (event: EventBridgeEvent) => this.#enqueue(event, `${event['detail-type']} of ${event.time}`);
    const notify = ({ message }: SnsNotification) => {
      // The simulator tells what was due when it is asked; AWS does not tell of an end and a return in one millisecond.
      this.#toldAtMs = Math.max(this.timeline.nowMs, this.#toldAtMs + 1);
      this.#enqueue(envelopeOf(message, { id: (this.ids += 1), nowMs: this.#toldAtMs }), message);
    };
    this.marketplace = new Marketplace({ clock, seed: options.seed, publish, notify });
    this.buyers = new Buyers(() => this.marketplace);
    this.aws = new AwsLedger(this.marketplace, this.buyers, this.books);
    this.scheduler = new Scheduler(this.timeline, this, () => this.books.broken !== undefined);
    this.dynamoDb.onWrite = (write) => watchWrite(this, write);
    for (const { productCode, identityMode, pricingModel, dimensions } of this.settings.products) {
      const listed = dimensions
        .map(({ apiName }) => apiName)
        .filter((name) => !this.settings.unlistedDimensions.has(name));
      this.marketplace.addProduct({ productCode, identityMode, pricingModel, name: productCode, dimensions: listed });
    }
  }

  /** EventBridge and SNS bring a message at once, mostly. */
  #enqueue(body: unknown, label: string): void {
    const { nowMs } = this.timeline;
    const isLate = this.allows('licenseEventDelayed') && this.dice.chance(0.15);
    if (isLate) this.count('licenseEventDelayed', label);
    const delayMs = isLate ? this.dice.pick([3, 20, 90, 600, 2000]) * 60_000 : 0;
    this.queue.push({ body, label, notBeforeMs: nowMs + delayMs });
  }

  /** What there is in the queue to be taken now. */
  get waitingMessages(): QueuedMessage[] {
    return this.queue.filter(({ notBeforeMs }) => this.isQuiet || notBeforeMs <= this.timeline.nowMs);
  }

  /** What the functions take for the time. */
  readonly functionClock = { now: (): number => this.timeline.nowMs + this.skewMs };

  /** Whether registering moves a customer of the older product to its licence. */
  get movesAtRegistration(): boolean {
    return this.settings.products.some(({ moveAtRegistration }) => moveAtRegistration === true);
  }

  /** Whether a fault that can happen here happens. */
  strikes(fault: FaultName, factor = 1): boolean {
    const rate = this.isQuiet ? 0 : (this.settings.rates[fault] ?? 0);
    return rate > 0 && this.dice.next() < rate * factor;
  }

  /** Whether a fault is possible in this seed at all. */
  allows(fault: FaultName): boolean {
    return !this.isQuiet && this.settings.rates[fault] !== undefined;
  }

  /** A fault has taken effect. */
  count(fault: FaultName, detail = ''): void {
    this.counts[fault] = (this.counts[fault] ?? 0) + 1;
    this.tell(`  ! ${fault}${detail === '' ? '' : ` ${detail}`}`);
  }

  tell(text: string | (() => string)): void {
    this.history.add(this.timeline.nowMs, text);
  }

  /** An error that the simulation makes up, so that it is told from one of production's own. */
  injectedError<E extends object>(error: E): E {
    this.injected.add(error);
    return error;
  }

  isDown(of: Outage['of']): boolean {
    const { nowMs } = this.timeline;
    return (
      !this.isQuiet &&
      this.outages.some((outage) => outage.of === of && outage.fromMs <= nowMs && nowMs < outage.untilMs)
    );
  }

  wake({ invocation }: Task): void {
    this.scheduler.wake(invocation);
    this.lastWokenMs = this.timeline.nowMs;
    this.count('zombie', invocation.name);
  }

  newInvocation(name: string, timeoutMs: number): Invocation {
    const sluggish = this.strikes('outOfTime');
    return new Invocation(name, this.timeline.nowMs, { timeoutMs, sluggish });
  }

  onCall(invocation: Invocation, label: string): 'crashBefore' | 'crashAfter' | 'freeze' | undefined {
    if (this.isQuiet || invocation.isZombie) return undefined;
    if (this.strikes('crashBefore')) {
      this.count('crashBefore', `${invocation.name} before ${label}`);
      return 'crashBefore';
    }
    if (this.strikes('crashAfter')) {
      this.count('crashAfter', `${invocation.name} after ${label}`);
      return 'crashAfter';
    }
    if (!this.strikes('frozen')) return undefined;
    this.count('frozen', `${invocation.name} before ${label}`);
    return 'freeze';
  }

  onOutOfTime(invocation: Invocation): void {
    this.count('outOfTime', invocation.name);
  }

  /** Runs invocations together and does what the platform does after them. */
  async run(...tasks: Task[]): Promise<void> {
    await this.scheduler.run(
      tasks.map(({ invocation }) => invocation),
      this.dice,
    );
    for (const task of tasks) {
      if (task.invocation.state === 'frozen') this.frozen.push(task);
      if (task.invocation.state === 'failed') this.expectInjected(task.invocation.error, task.invocation.name);
      if (task.invocation.state === 'done') this.#checkAnswers(task.invocation);
      task.finish();
    }
  }

  /** A run that came to its end, and whose stores did not fail it, has stored every acceptance. */
  #checkAnswers({ accepted, uncertain, wasFailedByStore }: Invocation): void {
    if (wasFailedByStore || accepted.size + uncertain.size === 0) return;
    const { byRequest } = this.books;
    for (const key of accepted) {
      const state = byRequest.get(key)?.state ?? 'unknown';
      this.books.require(state === 'billed', 'answerKept', () => `AWS accepted ${key}, which is ${state} with us`);
    }
    for (const key of uncertain) {
      const { state, record, sends = 0, answers = 0 } = byRequest.get(key) ?? {};
      // Another quantity stands in its place: whatever became of the sends, it was not billed.
      const isTaken = state === 'rejected' && record !== undefined && this.aws.billedFor(record) !== undefined;
      const isRemembered = state === 'billed' || state === 'unconfirmed' || sends > answers || isTaken;
      this.books.require(isRemembered, 'answerKept', () => `nobody knows whether AWS took ${key}, which is ${state}`);
    }
  }

  /** Whatever a function reports or throws must be what was done to it. */
  expectInjected(error: unknown, where: string): void {
    const isInjected = typeof error === 'object' && error !== null && this.injected.has(error);
    if (isInjected || (error instanceof Error && EXPECTED.test(`${error.name} ${error.message}`))) return;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.books.violate('noSurprise', `${where}: ${text}`);
  }
}

/** Production's own words for: somebody else is at it, deliver it again. */
const EXPECTED = /^IncompleteFoldError |Too many writers compete|Others changed the subscription|left keys unprocessed/;
