import { aggregateUsage } from '../../lambdas/aggregate-usage/aggregate-usage';
import { createDependencies as aggregation } from '../../lambdas/aggregate-usage/dependencies';
import { createDependencies as metering } from '../../lambdas/meter-usage/dependencies';
import { meterUsage, type MeterUsageDeps } from '../../lambdas/meter-usage/meter-usage';
import { createDependencies as recording } from '../../lambdas/record-usage/dependencies';
import { recordUsage } from '../../lambdas/record-usage/record-usage';
import { FUNCTIONS } from '../../lambdas/shared/contract/functions';
import type { Product, TestAccount } from '../../lambdas/shared/contract/seller-configuration';
import { decimalText, sum } from '../../lambdas/shared/domain/decimal';
import type { UsageEvent } from '../../lambdas/shared/domain/usage-event';
import type { MeteringGateway } from '../../lambdas/shared/marketplace/batch-meter-usage';
import type { TableChange } from '../../lambdas/shared/runtime/table-changes';
import { DynamoDbEndingStore } from '../../lambdas/shared/stores/endings';
import { DynamoDbEntitlementStore } from '../../lambdas/shared/stores/entitlements';
import { DynamoDbHourlyUsageStore } from '../../lambdas/shared/stores/hourly-usage';
import { readTogether } from '../../lambdas/shared/stores/read-together';
import { DynamoDbSubscriptionUsageReader } from '../../lambdas/shared/stores/subscription-usage';
import { DynamoDbSubscriptions } from '../../lambdas/shared/stores/subscriptions-dynamodb';
import { DynamoDbUsageEventStore, usageEventItem } from '../../lambdas/shared/stores/usage-events';
import { DynamoDbUsageTallyStore } from '../../lambdas/shared/stores/usage-tallies';
import { memoryPorts } from '../../proofs/stand-ins/function-ports';
import { InMemoryMarketplace } from '../../proofs/stand-ins/in-memory-marketplace';
import { TABLE_NAMES } from '../../local/dynamodb/memory-dynamodb';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { aProduct, PRODUCT_CODE } from '../builders/a-payer';
import { aSellerConfiguration } from '../../proofs/stand-ins/a-seller';
import { aSubscription } from '../builders/a-subscription';
import { HOUR_MS, NOON_MS } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';
import { ScriptedMeteringGateway } from '../fakes/scripted-metering-gateway';
import { SettableClock } from '../fakes/settable-clock';

export const GRACE_MS = 300_000;

const SELLER = aSellerConfiguration();

/** The three verbs of the usage path on tables in memory, with one active subscription at 12:00 UTC. */
export class UsagePath {
  readonly clock = new SettableClock(NOON_MS);
  readonly tables = new MemoryTables();
  readonly failures: unknown[] = [];
  readonly ports = {
    ...memoryPorts(this.tables, { nowMs: NOON_MS }),
    clock: this.clock,
    sleep: this.clock.sleep,
    noteFailure: (error: unknown) => void this.failures.push(error),
  };
  readonly counters = this.ports.counters;
  readonly log = this.ports.logger;
  /** The reminders of endings: subscription → seconds of delay. */
  readonly reminders: [subscriptionId: string, delaySeconds: number][] = [];
  /** The functions share these stores, so that a test can make one call fail. */
  readonly hourlyUsage = new DynamoDbHourlyUsageStore(this.tables.database, readTogether);
  usageTallies = new DynamoDbUsageTallyStore(this.tables.database, { eventRetentionDays: 90 });
  readonly usageEvents = new DynamoDbUsageEventStore(this.tables.database);
  readonly subscriptions = new DynamoDbSubscriptions(this.tables.database);
  readonly entitlements = new DynamoDbEntitlementStore(this.tables.database);
  readonly endings = new DynamoDbEndingStore(this.tables.database);
  readonly usage = new DynamoDbSubscriptionUsageReader(this.tables.database);
  readonly products: Map<string, Product>;
  gateway: MeteringGateway;
  unsendableUsage: 'carry' | 'expire' = 'carry';
  latenessHours = 24;
  testAccounts: TestAccount[] = [];
  #sequenceNumber = 0;

  constructor({
    gateway = new ScriptedMeteringGateway(),
    product = aProduct(),
    decimals = 'proven',
  }: { gateway?: MeteringGateway; product?: Product; decimals?: 'proven' | 'unproven' } = {}) {
    this.gateway = gateway;
    this.products = new Map([[product.productCode, product]]);
    this.givenSubscription();
    if (decimals === 'proven') this.tables.givenProvenDecimals(product.productCode);
  }

  /** Every delivery becomes a tally, as if it were too large for its hour's own item. */
  givenTalliesOnly(): this {
    return this.givenOpenHours(0);
  }

  /** The size up to which the items of open hours grow; undefined: as deployed. */
  givenOpenHours(openHourBytes: number | undefined): this {
    this.usageTallies = new DynamoDbUsageTallyStore(this.tables.database, { eventRetentionDays: 90, openHourBytes });
    return this;
  }

  givenSubscription(overrides: Parameters<typeof aSubscription>[0] = {}) {
    const subscriptionId = aSubscriptionId(1);
    const activatedAt = '2026-01-01T00:00:00.000Z';
    const subscription = aSubscription({ subscriptionId, productCode: PRODUCT_CODE, activatedAt, ...overrides });
    return this.tables.given(subscription);
  }

  /** The current configuration of the functions; a test may change it. */
  get config() {
    const { unsendableUsage, latenessHours, testAccounts } = this;
    const usage = { ...SELLER.usage, unsendableUsage, latenessHours };
    return {
      tables: TABLE_NAMES,
      configuration: { ...SELLER, products: [...this.products.values()], testAccounts, usage },
    };
  }

  /** POST /usage. */
  async record(events: unknown, contentType = 'application/json') {
    const body = typeof events === 'string' ? events : JSON.stringify(events);
    const { subscriptions, usageEvents } = this;
    return recordUsage({ contentType, body }, { ...recording(this.ports, this.config), subscriptions, usageEvents });
  }

  /** A change as the stream delivers it: of a new item or, with `oldImage`, of an overwritten one. */
  change(newImage: Record<string, unknown>, oldImage?: Record<string, unknown>): TableChange {
    this.#sequenceNumber += 1;
    return { sequenceNumber: String(this.#sequenceNumber), newImage, ...(oldImage && { oldImage }) };
  }

  async aggregate(changes: readonly TableChange[], { remainingMs = Infinity } = {}): Promise<string[]> {
    const { hourlyUsage, usageTallies } = this;
    const deps = aggregation(this.ports, this.config, { remainingMs });
    return aggregateUsage(changes, { ...deps, hourlyUsage, usageTallies });
  }

  /** One delivery of these events. */
  async deliver(...events: UsageEvent[]): Promise<string[]> {
    return this.aggregate(events.map((event) => this.change(usageEventItem(event, 0))));
  }

  /** The hourly job; by default within the hour after 12:00, past the grace. */
  async meter({ at = NOON_MS + HOUR_MS + GRACE_MS, ...overrides }: Partial<MeterUsageDeps> & { at?: number } = {}) {
    this.clock.set(at);
    return meterUsage({ ...this.meterDeps(), ...overrides });
  }

  /** A run that seals and does not come to send. */
  async sealOnly(): Promise<void> {
    const { claims } = this.meterDeps();
    claims.mayClaim = async () => false;
    this.hourlyUsage.claimSend = async () => false;
    await this.meter({ claims });
    Reflect.deleteProperty(this.hourlyUsage, 'claimSend');
  }

  /** The dependencies of metering. */
  meterDeps() {
    const { hourlyUsage, usageTallies, subscriptions, entitlements, endings } = this;
    const reminders = { remind: async (...reminder: [string, number]) => void this.reminders.push(reminder) };
    const ports = { ...this.ports, metering: new InMemoryMarketplace().client, reminders };
    const remainingMs = FUNCTIONS['meter-usage'].timeoutSeconds * 1000;
    return {
      ...metering(ports, this.config, { remainingMs }),
      hourlyUsage,
      usageTallies,
      subscriptions,
      entitlements,
      endings,
      marketplace: this.gateway,
    };
  }

  /** Every hour: hour → [state, quantity of its record]. */
  get hours(): Record<string, [state: string, quantity: string | undefined]> {
    return Object.fromEntries(this.tables.hours.map(({ hour, state, record }) => [hour, [state, record?.quantity]]));
  }

  /** The unbilled usage of all subscriptions and dimensions. */
  get carried(): string {
    return decimalText(sum(this.tables.balances.map(({ amount }) => amount)));
  }
}
