import { ConditionalCheckFailedException, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { DOCUMENT_TRANSLATION } from '../../../lambdas/shared/runtime/dynamodb-client';
import type { Failure } from '../../../local/stack/activity';
import type { LocalStack } from '../../../local/stack/local-stack';
import { overwriteUsage, putUsage, type UsageEventsTable } from '../../actors/put-usage';
import { startRunningStack, type RunningStack } from '../../actors/running-stack';
import { usageAnswers } from '../../actors/seller-application';
import type { BookedEvent, Version } from '../driver/books';
import { identityOf, type Buyer } from '../driver/buyers';
import type { Answer, Document, Engine, UsageRequest } from '../driver/engine';
import { World } from '../driver/world';
import { checkBalance } from './check-balance';
import { Deployment } from './deployment';
import type { DynamoDbSettings } from './dynamodb-settings';
import { FrozenHours } from './frozen-hours';
import { PlantedFaults } from './planted-faults';
import { readTables } from './stored-tables';
import { UnreliableDynamoDb } from './unreliable-dynamodb';

export type DynamoDbWorld = World<DynamoDbEngine>;

/** A busy machine is slow. That breaks no promise. */
const DRAIN_LIMIT_MS = 300_000;
const MAX_TRIES = 12;

interface Parts {
  running: RunningStack;
  /** Straight to DynamoDB, so that no fault hits the driver. */
  client: DynamoDBClient;
  store: UnreliableDynamoDb;
  /** Only in a seed that begins with the last release. */
  deployment: Deployment | undefined;
}

/** The synthesized stack of one seed, on the shared DynamoDB. */
export class DynamoDbEngine implements Engine {
  readonly faults: PlantedFaults;
  /** Events before an application wrote over them. */
  readonly firstImages = new Map<string, Document>();
  /** Events that POST /usage called duplicates before the driver heard that they were accepted. */
  readonly #presumed = new Set<string>();
  /** Events that a check found counted before anything but the stream had delivered them. */
  readonly #delivered = new Set<string>();
  readonly #frozen = new FrozenHours();
  readonly #excused = new Set<Failure>();
  #underWay: Promise<void>[] = [];

  constructor(
    private readonly world: DynamoDbWorld,
    readonly settings: DynamoDbSettings,
    private readonly parts: Parts,
  ) {
    this.faults = new PlantedFaults(parts.running.stack, parts.running.marketplace, parts.store);
  }

  get stack(): LocalStack {
    return this.parts.running.stack;
  }

  get deployment(): Deployment | undefined {
    return this.parts.deployment;
  }

  begin(work: Promise<void>): void {
    this.#underWay.push(work);
  }

  async run(): Promise<void> {
    while (this.#underWay.length > 0) await Promise.all(this.#underWay.splice(0));
    await this.#learn();
  }

  submit(request: UsageRequest, onOver: (answers: readonly Answer[] | undefined) => void): void {
    this.begin(this.#report(request).then(onOver));
  }

  /** The seller's application repeats the request until every event has its answer. */
  async #report({ body }: UsageRequest): Promise<readonly Answer[] | undefined> {
    for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
      const response = await this.parts.running.application.post('/usage', body);
      const answers = response.ok ? await usageAnswers(response) : undefined;
      if (answers?.every(({ status }) => status !== 'retry') === true) return answers;
      this.world.tell(`  reported: no answer to try ${tries}`);
    }
    this.world.books.violate('answered', `a report had no answer in ${MAX_TRIES} tries: ${body}`);
    return undefined;
  }

  book(
    event: Pick<BookedEvent, 'pk' | 'subscriptionId'>,
    version: Version,
    as: 'accepted' | 'duplicate' | 'put',
  ): void {
    const { books } = this.world;
    const known = books.events.get(event.pk);
    if (as === 'accepted' && known !== undefined && !this.#presumed.delete(event.pk))
      books.violate('firstVersion', `${event.pk} is accepted a second time`);
    if (as === 'duplicate') {
      if (known !== undefined) return;
      // An unanswered try (ours or the client's) or a concurrent request stored the same event. The check of the tables
      // compares the stored event with this one.
      this.#presumed.add(event.pk);
    }
    if (known === undefined) books.addEvent(event, version);
    else known.version = version;
  }

  /** Cautious applications report only of subscriptions that have begun and not ended. */
  statesSince(): string[] {
    return ['pending', 'active'];
  }

  /** Nobody comes back here. */
  isBehind(): boolean {
    return false;
  }

  register(buyer: Buyer): void {
    const { running } = this.parts;
    const { accountId, agreementId } = buyer;
    const actor = running.buyerOf(running.marketplace.agreement(agreementId));
    this.world.tell(`  ${accountId} registers`);
    const registering = actor.register({ company: `Buyer ${accountId}` }).catch((error: unknown) => {
      this.world.books.violate('noSurprise', String(error));
    });
    buyer.isRegistered = true;
    this.begin(registering);
  }

  async stored(pk: string): Promise<Document | undefined> {
    return this.#get(this.#usageEvents.tableName, { pk });
  }

  async put(item: Document, replaced?: Document): Promise<void> {
    const { marshallOptions } = DOCUMENT_TRANSLATION;
    const Item = marshall(item, marshallOptions);
    if (replaced !== undefined) {
      this.firstImages.set(String(item.pk), replaced);
      return overwriteUsage(this.#usageEvents, Item);
    }
    await putUsage(this.#usageEvents, Item).catch((error: unknown) => {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      this.world.books.violate('noSurprise', `${String(item.pk)} is stored, but was never put or reported`);
    });
  }

  /** Functions may fail during `work`, because faults hit their calls. */
  async excusing(work: () => Promise<void>): Promise<void> {
    const before = this.stack.failures().length;
    await work();
    for (const failure of this.stack.failures().slice(before)) this.#excused.add(failure);
  }

  /** Waits until nothing runs any more: no event, no stream, no queue. */
  async settled(): Promise<void> {
    await this.run();
    await this.parts.running.settled();
    await this.#learn();
  }

  /** Waits until nothing runs, then checks the tables and AWS's ledger against the books. */
  async check({ isAtRest }: { isAtRest: boolean }): Promise<void> {
    await this.settled();
    const { stack, world } = this;
    const { books, buyers, marketplace } = world;
    const tables = await readTables(this.parts.client, (name) => stack.table(name));
    for (const failure of stack.failures().filter((each) => !this.#excused.has(each))) {
      const isFailure = failure.kind === 'functionError' || failure.kind === 'delivery';
      const isSurprise = isFailure && this.deployment?.isKnown(failure) !== true;
      books.require(!isSurprise, 'noSurprise', () => `${failure.source}: ${failure.message}`);
    }
    this.#frozen.look(tables.hours, books);
    const [ledger, sent] = [marketplace.ledger(), marketplace.events()];
    const setBack = this.deployment?.setBack() ?? new Set();
    const { fromLastRelease } = this.settings;
    checkBalance({ books, buyers, tables, ledger, sent, setBack, fromLastRelease }, { isAtRest });
    for (const pk of tables.events) if (!setBack.has(pk)) this.#delivered.add(pk);
  }

  /**
   * Whether the stream's own delivery of an event was found to be complete. Only such events may be fed in again, because
   * that would hide a lost delivery.
   */
  wasDelivered(pk: string): boolean {
    return this.#delivered.has(pk);
  }

  async stop(): Promise<void> {
    this.parts.client.destroy();
    try {
      await this.parts.running.stop();
    } finally {
      await this.parts.store.stop();
    }
  }

  /** Learns which subscriptions the functions have stored. */
  async #learn(): Promise<void> {
    const { buyers } = this.world;
    for (const buyer of buyers.all.filter(({ subscriptionId }) => subscriptionId === undefined)) {
      const key = { pk: identityOf(buyer), sk: 'identity' };
      const identity = await this.#get(this.stack.table('subscriptions'), key);
      if (identity !== undefined) buyers.learnIdentity(identity);
    }
  }

  async #get(TableName: string, key: Document): Promise<Document | undefined> {
    const command = new GetItemCommand({ TableName, Key: marshall(key), ConsistentRead: true });
    const { Item } = await this.parts.client.send(command);
    return Item && unmarshall(Item, DOCUMENT_TRANSLATION.unmarshallOptions);
  }

  get #usageEvents(): UsageEventsTable {
    return { client: this.parts.client, tableName: this.stack.table('usageEvents') };
  }
}

export interface DynamoDbWorldOptions {
  seed: number;
  settings: DynamoDbSettings;
  /** The folder of the seller's synthesized template. */
  assembly: string;
  /** The folder of the last release's template, if the stack begins with it. */
  lastRelease?: string;
  dynamodbEndpoint: string;
}

export async function startDynamoDbWorld(options: DynamoDbWorldOptions): Promise<DynamoDbWorld> {
  const { seed, settings, assembly, lastRelease, dynamodbEndpoint } = options;
  const store = new UnreliableDynamoDb(dynamodbEndpoint);
  try {
    const running = await startRunningStack({
      nowMs: settings.startMs,
      products: settings.products,
      seed,
      stack: { assembly: lastRelease ?? assembly, dynamodbEndpoint: await store.start() },
      drainLimitMs: DRAIN_LIMIT_MS,
    });
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const client = new DynamoDBClient({ endpoint: dynamodbEndpoint, region: 'us-east-1', credentials });
    const { clock, marketplace, stack } = running;
    const deployment =
      lastRelease === undefined ? undefined : new Deployment(stack, { last: lastRelease, this: assembly });
    const timeline = {
      get nowMs() {
        return clock.now();
      },
      set nowMs(ms) {
        clock.set(ms);
      },
    };
    return new World<DynamoDbEngine>({
      seed,
      timeline,
      marketplace,
      engineOf: (world) => new DynamoDbEngine(world, settings, { running, client, store, deployment }),
    });
  } catch (error) {
    await store.stop();
    throw error;
  }
}
