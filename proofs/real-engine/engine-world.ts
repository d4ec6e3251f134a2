import { DynamoDBClient, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { SimulatedClock, startMarketplace, type RunningMarketplace } from '../../simulator';
import type { Failure } from '../../local/stack/activity';
import type { LocalStack } from '../../local/stack/local-stack';
import { startStack } from '../../local/stack/stack';
import { parseSellerConfiguration } from '../../lambdas/shared/contract/seller-configuration';
import { Dice } from '../simulation/dice';
import { History } from '../simulation/history';
import type { Violation } from '../simulation/invariants/broken-invariant';
import { emptyBooks, type Books } from './books';
import type { EngineBuyer } from './buyers';
import { checkBalance, Findings, type Evidence } from './check-balance';
import type { EngineFault } from './engine-faults';
import { FrozenHours } from './frozen-hours';
import { PlantedFaults } from './planted-faults';
import { SELLERS, type EngineSettings } from './settings';
import { readTables } from './stored-tables';
import { UnreliableDynamoDb } from './unreliable-dynamodb';
import type { Reported } from './some-usage';

/** A busy machine is slow, and that breaks no promise. */
const DRAIN_LIMIT_MS = 300_000;

export interface EngineWorldOptions {
  seed: number;
  settings: EngineSettings;
  /** Of the seller's synthesized template. */
  assembly: string;
  dynamodbEndpoint: string;
}

/** One seed's seller: a stack of its own on the shared DynamoDB Local, an AWS Marketplace and a clock of its own. */
export class EngineWorld {
  readonly books: Books = emptyBooks();
  readonly buyers: EngineBuyer[] = [];
  readonly history = new History();
  readonly counts: Partial<Record<EngineFault, number>> = {};
  /** Events whose report was answered, oldest first. */
  readonly reported: Reported[] = [];
  /** Events that were called duplicates before anybody heard that they were accepted. */
  readonly presumed = new Set<string>();
  /** The images of events from before they were written over. */
  readonly firstImages = new Map<string, Record<string, AttributeValue>>();
  readonly faults: PlantedFaults;
  readonly #frozen = new FrozenHours();
  readonly #excused = new Set<Failure>();
  dice = new Dice(0);
  ids = 0;
  broken: Violation | undefined;

  private constructor(
    readonly settings: EngineSettings,
    private readonly parts: {
      clock: SimulatedClock;
      stack: LocalStack;
      marketplace: RunningMarketplace;
      store: UnreliableDynamoDb;
      client: DynamoDBClient;
    },
  ) {
    this.faults = new PlantedFaults(parts.stack, parts.marketplace.marketplace, parts.store);
  }

  static async start({ seed, settings, assembly, dynamodbEndpoint }: EngineWorldOptions): Promise<EngineWorld> {
    const clock = new SimulatedClock();
    clock.set(settings.startMs);
    const [first] = SELLERS;
    const { products } = parseSellerConfiguration(SELLERS[settings.seller] ?? first);
    const store = new UnreliableDynamoDb(dynamodbEndpoint);
    const marketplace = await startMarketplace({ clock, products, seed });
    try {
      const stack = await startStack({
        ...{ assembly, clock, dynamodbEndpoint: await store.start(), marketplaceEndpoint: marketplace.endpoint },
      });
      marketplace.setEventBridgeEndpoint(stack.awsEndpoint);
      const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
      const client = new DynamoDBClient({ endpoint: dynamodbEndpoint, region: 'us-east-1', credentials });
      return new EngineWorld(settings, { clock, stack, marketplace, store, client });
    } catch (error) {
      await Promise.all([marketplace.stop(), store.stop()]);
      throw error;
    }
  }

  async stop(): Promise<void> {
    const { stack, marketplace, store, client } = this.parts;
    await stack.stop();
    await marketplace.stop();
    await store.stop();
    client.destroy();
  }

  get clock(): SimulatedClock {
    return this.parts.clock;
  }
  get stack(): LocalStack {
    return this.parts.stack;
  }
  get marketplace(): RunningMarketplace['marketplace'] {
    return this.parts.marketplace.marketplace;
  }
  /** Straight to DynamoDB Local: no fault hits the driver. */
  get client(): DynamoDBClient {
    return this.parts.client;
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

  /** While `work` goes on functions may fail: what they call fails them. */
  async excusing(work: () => Promise<void>): Promise<void> {
    const before = this.stack.failures().length;
    await work();
    for (const failure of this.stack.failures().slice(before)) this.#excused.add(failure);
  }

  /** Time does not go back, whatever a step has taken. */
  passTo(atMs: number): void {
    if (atMs > this.clock.now()) this.clock.set(atMs);
  }

  /** Waits until events, streams and queues are through. */
  async settled(): Promise<void> {
    await this.parts.marketplace.settled();
    await this.stack.drain({ limitMs: DRAIN_LIMIT_MS });
  }

  /** Holds what the tables and AWS's ledger say, while nothing is at work, against the books. */
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
