import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { RetryLaterError } from '../../../lambdas/shared/domain/retry-later-error';
import type { Item } from '../../../local/dynamodb/values/item';
import { MemoryDynamoDb } from '../../../local/dynamodb/memory-dynamodb';
import { Marketplace, type EventBridgeEvent, type SnsNotification } from '../../../simulator';
import type { Buyer } from '../driver/buyers';
import type { Answer, Document, Engine, UsageRequest } from '../driver/engine';
import { UNLISTED_DIMENSION } from '../driver/settings';
import { World } from '../driver/world';
import { AwsLedger } from './aws-ledger';
import { SendClaimers } from './invariants/send-claimers';
import { settingsOf, someTestAccount, type MemorySettings, type SimulationOptions } from './memory-settings';
import { envelopeOf, type EndingReminder, type QueuedMessage } from './queue';
import { Invocation, Scheduler, type CallWeather, type Fate } from './scheduler';
import { ChangeFeed, UsageEventStream } from './stream';
import { HOUR_MS, MINUTE_MS } from '../driver/time';

export type MemoryWorld = World<MemoryEngine>;

/** The functions that the engine runs, and the checker of registrations. */
export interface Surroundings {
  startRecording(world: MemoryWorld, request: UsageRequest): Invocation;
  startRegistering(world: MemoryWorld, token: string): Invocation;
  onRegistered(world: MemoryWorld, buyer: Buyer): void;
}

export interface Outage {
  /** `changes`: the functions that follow the Subscriptions table fail, as after a bad deployment. */
  of: 'store' | 'aws' | 'changes';
  fromMs: number;
  untilMs: number;
}

/** An outage that outlasts the window in which AWS takes an hour. */
export const OUTAGE_OF_DAYS_MS = 30 * HOUR_MS;

/** A running invocation and what the platform does when it ends. */
export interface Task {
  invocation: Invocation;
  finish(): void;
}

/** A run may take this long from its read to its write, including the error of the clocks. */
const LONGEST_RUN_MS = 300_000;

/** Together with a step of all clocks, less than the minute that the checkers allow. */
const MOST_SKEW_MS = 15_000;

const FATES = ['crashBefore', 'crashAfter', 'frozen'] as const;

/** The production functions on tables in memory, in virtual time, with faults at each of their calls. */
export class MemoryEngine implements Engine, CallWeather {
  readonly dynamoDb = new MemoryDynamoDb();
  readonly stream = new UsageEventStream();
  readonly scheduler: Scheduler;
  readonly aws: AwsLedger;
  readonly claimers = new SendClaimers();
  /** Invocations that have started and not ended. */
  readonly underWay: Task[] = [];
  readonly frozen: Task[] = [];
  /** When a frozen invocation last woke. */
  lastWokenMs = -Infinity;
  readonly queue: QueuedMessage[] = [];
  readonly followed: QueuedMessage[] = [];
  /** Messages on their way to an invocation that has not ended. */
  readonly beingFollowed = new Set<QueuedMessage>();
  /** Delayed messages about endings whose usage has drained. */
  readonly reminders: EndingReminder[] = [];
  /** Two functions follow the Subscriptions table: one for last hours, one for entitlements. */
  readonly endings = new ChangeFeed();
  readonly entitlementChanges = new ChangeFeed();
  readonly tallyWrittenAtMs = new WeakMap<Item, number>();
  readonly indexBefore = new Map<string, readonly Item[]>();
  readonly subscriptionBefore = new Map<string, { item: Item | undefined; writtenAtMs: number }>();
  readonly suspendedUntilMs = new Map<string, number>();
  readonly injected = new WeakSet<object>();
  outages: Outage[] = [];
  /** When SNS took its last message. */
  #toldAtMs = 0;

  constructor(
    private readonly world: MemoryWorld,
    readonly settings: MemorySettings,
    private readonly surroundings: Surroundings,
  ) {
    this.aws = new AwsLedger(world);
    this.scheduler = new Scheduler(world.timeline, this, () => world.books.broken !== undefined);
  }

  /** Starts an invocation, which runs concurrently with all others started now. */
  begin(invocation: Invocation, finish: () => void): void {
    this.underWay.push({ invocation, finish });
  }

  /** Runs the started invocations to their end, and does what the platform does after each. */
  async run(): Promise<void> {
    const tasks = this.underWay.splice(0);
    const skews = tasks.map(({ invocation }) => invocation.options.skewMs);
    if (Math.max(...skews) - Math.min(...skews) > 10_000) this.world.addCount('clocksDiffer');
    await this.scheduler.run(
      tasks.map(({ invocation }) => invocation),
      this.world.dice,
    );
    for (const task of tasks) {
      const { invocation } = task;
      if (invocation.state === 'frozen') this.frozen.push(task);
      if (invocation.state === 'failed') this.expectInjected(invocation.error, invocation.name);
      if (invocation.state === 'done') this.#checkAnswers(invocation);
      task.finish();
    }
  }

  submit(request: UsageRequest, onOver: (answers: readonly Answer[] | undefined) => void): void {
    const invocation = this.surroundings.startRecording(this.world, request);
    this.begin(invocation, () =>
      onOver(invocation.state === 'done' ? (invocation.result as readonly Answer[]) : undefined),
    );
  }

  /** The books follow each write. */
  book(): void {}

  statesSince(subscriptionId: string, fromMs: number): string[] {
    return this.world.books.statesOf(subscriptionId, fromMs, this.world.timeline.nowMs);
  }

  isBehind(subscriptionId: string): boolean {
    const { books, buyers, timeline } = this.world;
    const names = buyers.withSubscription(subscriptionId).map(({ customerIdentifier }) => customerIdentifier);
    const isOf = ({ body }: QueuedMessage) => names.some((name) => JSON.stringify(body).includes(name));
    const { changedAtMs = Infinity } = books.subscriptions.get(subscriptionId) ?? {};
    const isRecent = timeline.nowMs < Math.max(changedAtMs + LONGEST_RUN_MS, this.lastWokenMs + HOUR_MS);
    return isRecent || [...this.queue, ...this.beingFollowed].some(isOf);
  }

  register(buyer: Buyer): void {
    const { world } = this;
    const { token } = world.marketplace.issueToken(buyer.agreementId);
    const invocation = this.surroundings.startRegistering(world, token);
    this.begin(invocation, () => {
      const { statusCode } = (invocation.result ?? {}) as { statusCode?: number };
      buyer.isRegistered ||= statusCode === 303;
      world.tell(`  registered ${buyer.accountId}: ${statusCode ?? invocation.state}`);
      if (statusCode === 303) this.surroundings.onRegistered(world, buyer);
    });
  }

  async stored(pk: string): Promise<Document | undefined> {
    return this.dynamoDb.table('usageEvents').get({ pk });
  }

  async put(item: Document): Promise<void> {
    this.dynamoDb.run(new PutCommand({ TableName: 'usageEvents', Item: item }));
  }

  /** EventBridge and SNS usually deliver a message immediately. */
  enqueue(body: unknown, label: string): void {
    const { world } = this;
    const isLate = world.allows('licenseEventDelayed') && world.dice.chance(0.15);
    if (isLate) world.count('licenseEventDelayed', label);
    const delayMs = isLate ? world.dice.pick([3, 20, 90, 600, 2000]) * MINUTE_MS : 0;
    const isLost = world.strikes('licenseEventLost', 0.02);
    if (isLost) world.count('licenseEventLost', label);
    this.queue.push({ body, label, notBeforeMs: isLost ? Infinity : world.timeline.nowMs + delayMs });
  }

  enqueueNotification(message: string): void {
    const { world } = this;
    // The simulator sends everything that is due at one moment; AWS never sends an end and a return in one millisecond.
    this.#toldAtMs = Math.max(world.timeline.nowMs, this.#toldAtMs + 1);
    world.ids += 1;
    this.enqueue(envelopeOf(message, { id: world.ids, nowMs: this.#toldAtMs }), message);
  }

  /** The messages that can be taken now. */
  get waitingMessages(): QueuedMessage[] {
    const { isQuiet, timeline } = this.world;
    return this.queue.filter(({ notBeforeMs }) => isQuiet || notBeforeMs <= timeline.nowMs);
  }

  /** Whether registering moves a customer of the older product to its licence. */
  get movesAtRegistration(): boolean {
    return this.settings.products.some(({ moveAtRegistration }) => moveAtRegistration === true);
  }

  /** Marks an error as injected, to distinguish it from production's own. */
  injectedError<E extends object>(error: E): E {
    this.injected.add(error);
    return error;
  }

  isDown(of: Outage['of']): boolean {
    if (this.world.isQuiet) return false;
    const { nowMs } = this.world.timeline;
    return this.outages.some((outage) => outage.of === of && outage.fromMs <= nowMs && nowMs < outage.untilMs);
  }

  wake(task: Task): void {
    const { world } = this;
    this.scheduler.wake(task.invocation);
    this.lastWokenMs = world.timeline.nowMs;
    world.count('zombie', task.invocation.name);
    this.underWay.push(task);
  }

  newInvocation(name: string, timeoutMs: number): Invocation {
    const { world } = this;
    const sluggish = world.strikes('outOfTime');
    const skewMs = world.allows('clocksDiffer') ? world.dice.between(-MOST_SKEW_MS, MOST_SKEW_MS) : 0;
    return new Invocation(name, world.timeline.nowMs, { timeoutMs, sluggish, skewMs });
  }

  onCall(invocation: Invocation, label: string): Fate | undefined {
    const { world } = this;
    if (world.isQuiet || invocation.isZombie) return undefined;
    if (this.#isAnswerHeld(invocation)) return 'frozen';
    const fate = FATES.find((fault) => world.strikes(fault));
    if (fate !== undefined) world.count(fate, `${invocation.name} at ${label}`);
    return fate;
  }

  /** AWS goes down after an answer, and the run that has the answer hangs until AWS's window has closed. */
  #isAnswerHeld(invocation: Invocation): boolean {
    const { world } = this;
    const mayBeHeld = invocation.accepted.size > 0 && world.allows('awsOutageOfDays') && world.allows('zombie');
    if (!mayBeHeld || !world.strikes('answerHeld')) return false;
    const { nowMs } = world.timeline;
    invocation.sleepsUntilMs = nowMs + OUTAGE_OF_DAYS_MS;
    this.outages.push({ of: 'aws', fromMs: nowMs, untilMs: invocation.sleepsUntilMs });
    world.count('answerHeld', invocation.name);
    return true;
  }

  onOutOfTime(invocation: Invocation): void {
    this.world.count('outOfTime', invocation.name);
  }

  /** A run that ended normally and whose stores did not fail has stored every acceptance. */
  #checkAnswers({ accepted, uncertain, wasFailedByStore }: Invocation): void {
    if (wasFailedByStore || accepted.size + uncertain.size === 0) return;
    const { books } = this.world;
    for (const key of accepted) {
      const state = books.byRequest.get(key)?.state ?? 'unknown';
      books.require(state === 'billed', 'answerKept', () => `AWS accepted ${key}, but our ledger has it as ${state}`);
    }
    for (const key of uncertain) {
      const { state, record, sends = 0, answers = 0 } = books.byRequest.get(key) ?? {};
      // AWS billed another quantity for this hour, so none of these sends was billed.
      const isTaken = state === 'rejected' && record !== undefined && this.aws.billedFor(record) !== undefined;
      const isRemembered = state === 'billed' || state === 'unconfirmed' || sends > answers || isTaken;
      books.require(
        isRemembered,
        'answerKept',
        () => `it is unknown whether AWS billed ${key}, but our ledger has it as ${state}`,
      );
    }
  }

  /** Every error that a function reports or throws must be an injected one. */
  expectInjected(error: unknown, where: string): void {
    const isInjected = typeof error === 'object' && error !== null && this.injected.has(error);
    if (isInjected || error instanceof RetryLaterError) return;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.world.books.violate('noSurprise', `${where}: ${text}`);
  }
}

/** AWS documents several shapes of the ARN in events. This one matches its pattern, and names the same licence. */
function asWritten(world: MemoryWorld, event: EventBridgeEvent): EventBridgeEvent {
  const { license } = event.detail as { license?: { arn: string } };
  if (license === undefined || !world.strikes('otherArnInEvent')) return event;
  world.count('otherArnInEvent', license.arn.slice(-34));
  return { ...event, detail: { ...event.detail, license: { arn: license.arn.replace(':license:', ':license/') } } };
}

export function createMemoryWorld(options: SimulationOptions, surroundings: Surroundings): MemoryWorld {
  const settings = settingsOf(options);
  const timeline = { nowMs: settings.startMs };
  const marketplace = new Marketplace({
    clock: { now: () => timeline.nowMs },
    seed: options.seed,
    publish: (event: EventBridgeEvent) =>
      world.engine.enqueue(asWritten(world, event), `${event['detail-type']} of ${event.time}`),
    notify: ({ message }: SnsNotification) => world.engine.enqueueNotification(message),
  });
  const world: MemoryWorld = new World<MemoryEngine>({
    seed: options.seed,
    timeline,
    marketplace,
    engineOf: (made) => new MemoryEngine(made, settings, surroundings),
  });
  world.books.longestLatenessHours = settings.latenessHours;
  for (const { productCode, identityMode, pricingModel, dimensions } of settings.products) {
    const listed = dimensions.map(({ apiName }) => apiName).filter((name) => name !== UNLISTED_DIMENSION);
    marketplace.addProduct({ productCode, identityMode, pricingModel, name: productCode, dimensions: listed });
  }
  if (world.allows('testAccount') && options.seed % 2 === 0)
    settings.testAccounts = [someTestAccount(settings, marketplace.addBuyer().accountId)];
  return world;
}
