import { DynamoDBClient, type AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Marketplace, SimulatedClock } from '../../simulator';
import type { Failure } from '../../local/stack/activity';
import type { LocalStack } from '../../local/stack/local-stack';
import { parseSellerConfiguration } from '../../lambdas/shared/contract/seller-configuration';
import type { UsageEventsTable } from '../actors/put-usage';
import { startRunningStack, type RunningStack } from '../actors/running-stack';
import { Dice } from '../simulation/dice';
import { History } from '../simulation/history';
import type { Violation } from '../simulation/invariants/broken-invariant';
import { emptyBooks, type Books, type EngineBuyer, type Reported } from './books';
import { checkBalance } from './check-balance';
import type { EngineFault } from './engine-faults';
import { Findings, type Evidence } from './evidence';
import { FrozenHours } from './frozen-hours';
import { PlantedFaults } from './planted-faults';
import { SELLERS, type EngineSettings } from './settings';
import { readTables } from './stored-tables';
import { UnreliableDynamoDb } from './unreliable-dynamodb';

/** A busy machine is slow. That breaks no promise. */
const DRAIN_LIMIT_MS = 300_000;

export interface EngineWorldOptions {
  seed: number;
  settings: EngineSettings;
  /** The folder of the seller's synthesized template. */
  assembly: string;
  dynamodbEndpoint: string;
}

/** The seller of one seed: its own stack, AWS Marketplace and clock, on the shared DynamoDB Local. */
export class EngineWorld {
  readonly books: Books = emptyBooks();
  readonly buyers: EngineBuyer[] = [];
  readonly history = new History();
  readonly counts: Partial<Record<EngineFault, number>> = {};
  /** Events whose report was answered, oldest first. */
  readonly reported: Reported[] = [];
  /** Events that POST /usage called duplicates before the driver heard that they were accepted. */
  readonly presumed = new Set<string>();
  /** The images of events before other usage replaced them. */
  readonly firstImages = new Map<string, Record<string, AttributeValue>>();
  readonly faults: PlantedFaults;
  readonly #frozen = new FrozenHours();
  readonly #excused = new Set<Failure>();
  dice = new Dice(0);
  ids = 0;
  broken: Violation | undefined;

  readonly running: RunningStack;
  /** Straight to DynamoDB Local, so that no fault hits the driver. */
  readonly client: DynamoDBClient;
  readonly #store: UnreliableDynamoDb;

  private constructor(
    readonly settings: EngineSettings,
    { running, client, store }: { running: RunningStack; client: DynamoDBClient; store: UnreliableDynamoDb },
  ) {
    this.running = running;
    this.client = client;
    this.#store = store;
    this.faults = new PlantedFaults(running.stack, running.marketplace, store);
  }

  static async start({ seed, settings, assembly, dynamodbEndpoint }: EngineWorldOptions): Promise<EngineWorld> {
    const [first] = SELLERS;
    const { products } = parseSellerConfiguration(SELLERS[settings.seller] ?? first);
    const store = new UnreliableDynamoDb(dynamodbEndpoint);
    try {
      const running = await startRunningStack({
        nowMs: settings.startMs,
        products,
        seed,
        stack: { assembly, dynamodbEndpoint: await store.start() },
        drainLimitMs: DRAIN_LIMIT_MS,
      });
      const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
      const client = new DynamoDBClient({ endpoint: dynamodbEndpoint, region: 'us-east-1', credentials });
      return new EngineWorld(settings, { running, client, store });
    } catch (error) {
      await store.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.client.destroy();
    try {
      await this.running.stop();
    } finally {
      await this.#store.stop();
    }
  }

  get clock(): SimulatedClock {
    return this.running.clock;
  }
  get stack(): LocalStack {
    return this.running.stack;
  }
  get marketplace(): Marketplace {
    return this.running.marketplace;
  }
  get usageEvents(): UsageEventsTable {
    return { client: this.client, tableName: this.running.usageEvents.tableName };
  }

  tell(text: string): void {
    this.history.add(this.clock.now(), text);
  }

  count(fault: EngineFault, times = 1): void {
    if (times > 0) this.counts[fault] = (this.counts[fault] ?? 0) + times;
  }

  violate(violation: Violation): void {
    this.broken ??= violation;
  }

  /** Functions may fail during `work`, because their calls fail. */
  async excusing(work: () => Promise<void>): Promise<void> {
    const before = this.stack.failures().length;
    await work();
    for (const failure of this.stack.failures().slice(before)) this.#excused.add(failure);
  }

  /** Never moves the clock back, however long a step took. */
  passTo(atMs: number): void {
    if (atMs > this.clock.now()) this.clock.set(atMs);
  }

  async settled(): Promise<void> {
    await this.running.settled();
  }

  /** Waits until nothing runs, then checks the tables and AWS's ledger against the books. */
  async check({ isAtRest }: { isAtRest: boolean }): Promise<void> {
    await this.settled();
    const { stack, books } = this;
    const names = {
      usageEvents: stack.table('usage-events'),
      usageTallies: stack.table('usage-tallies'),
      hourlyUsage: stack.table('hourly-usage'),
    };
    const tables = await readTables(this.client, names);
    const evidence: Evidence = { books, tables, ledger: this.marketplace.ledger() };
    const findings = new Findings();
    const failures = stack.failures().filter((failure) => !this.#excused.has(failure));
    for (const { kind, source, message } of failures)
      findings.require(kind !== 'functionError' && kind !== 'delivery', 'noSurprise', () => `${source}: ${message}`);
    this.#frozen.look(tables.hours, findings);
    const violation = findings.first ?? checkBalance(evidence, { isAtRest });
    if (violation) this.violate(violation);
  }
}
