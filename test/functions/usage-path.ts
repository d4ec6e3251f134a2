import { aggregateUsage, type UsageEventChange } from '../../lambdas/aggregate-usage/aggregate-usage';
import { meterUsage, type MeterUsageDeps } from '../../lambdas/meter-usage/meter-usage';
import { recordUsage } from '../../lambdas/record-usage/record-usage';
import type { Product } from '../../lambdas/shared/contract/seller-configuration';
import { decimalText, sum } from '../../lambdas/shared/domain/decimal';
import type { UsageEvent } from '../../lambdas/shared/domain/usage-event';
import type { MeteringGateway } from '../../lambdas/shared/marketplace/batch-meter-usage';
import { DynamoDbEndingStore } from '../../lambdas/shared/stores/endings';
import { DynamoDbEntitlementStore } from '../../lambdas/shared/stores/entitlements-dynamodb';
import { DynamoDbHourlyUsageStore } from '../../lambdas/shared/stores/hourly-usage';
import { DynamoDbMeteringQuota } from '../../lambdas/shared/stores/metering-quota';
import { DynamoDbSetAsideEventStore } from '../../lambdas/shared/stores/set-aside-events';
import { DynamoDbSubscriptionUsageReader } from '../../lambdas/shared/stores/subscription-usage';
import { DynamoDbSubscriptions } from '../../lambdas/shared/stores/subscriptions-dynamodb';
import { DynamoDbUsageEventStore, usageEventItem } from '../../lambdas/shared/stores/usage-events';
import { DynamoDbUsageTallyStore } from '../../lambdas/shared/stores/usage-tallies';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { aProduct, PRODUCT_CODE } from '../builders/a-payer';
import { aSubscription } from '../builders/a-subscription';
import { NOON_MS } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';
import { RecordingCounters } from '../../proofs/stand-ins/recording-counters';
import { RecordingLog } from '../../proofs/stand-ins/recording-log';
import { ScriptedMeteringGateway } from '../fakes/scripted-metering-gateway';
import { SettableClock } from '../fakes/settable-clock';

const HOUR_MS = 3_600_000;
export const GRACE_MS = 300_000;
const HOURLY_USAGE = { tableName: 'hourlyUsage', noticesTableName: 'notices' };
const SUBSCRIPTIONS = { subscriptions: 'subscriptions', notices: 'notices' };

/** The three verbs of the usage path on tables in memory, with one active subscription at 12:00 UTC. */
export class UsagePath {
  readonly clock = new SettableClock(NOON_MS);
  readonly tables = new MemoryTables();
  readonly hourlyUsage = new DynamoDbHourlyUsageStore({ ...HOURLY_USAGE, client: this.tables.client });
  readonly usageTallies = new DynamoDbUsageTallyStore({
    client: this.tables.client,
    usageTalliesTableName: 'usageTallies',
    hourlyUsageTableName: 'hourlyUsage',
    eventRetentionDays: 90,
  });
  readonly usageEvents = new DynamoDbUsageEventStore({ client: this.tables.client, tableName: 'usageEvents' });
  readonly setAsideEvents = new DynamoDbSetAsideEventStore({ ...HOURLY_USAGE, client: this.tables.client });
  readonly subscriptions = new DynamoDbSubscriptions(this.tables.client, SUBSCRIPTIONS);
  readonly entitlements = new DynamoDbEntitlementStore(this.tables.client, SUBSCRIPTIONS);
  readonly endings = new DynamoDbEndingStore({ ...HOURLY_USAGE, client: this.tables.client });
  readonly usage = new DynamoDbSubscriptionUsageReader({ ...HOURLY_USAGE, client: this.tables.client });
  readonly counters = new RecordingCounters();
  readonly log = new RecordingLog();
  readonly failures: unknown[] = [];
  readonly products: Map<string, Product>;
  gateway: MeteringGateway;
  unsendableUsage: 'carry' | 'expire' = 'carry';
  latenessHours = 24;
  #sequenceNumber = 0;

  constructor({
    gateway = new ScriptedMeteringGateway(),
    product = aProduct(),
  }: { gateway?: MeteringGateway; product?: Product } = {}) {
    this.gateway = gateway;
    this.products = new Map([[product.productCode, product]]);
    this.givenSubscription();
  }

  givenSubscription(overrides: Parameters<typeof aSubscription>[0] = {}) {
    const subscriptionId = aSubscriptionId(1);
    const activatedAt = '2026-01-01T00:00:00.000Z';
    const subscription = aSubscription({ subscriptionId, productCode: PRODUCT_CODE, activatedAt, ...overrides });
    return this.tables.given(subscription);
  }

  /** POST /usage. */
  async record(events: unknown, contentType = 'application/json') {
    const body = typeof events === 'string' ? events : JSON.stringify(events);
    return recordUsage(
      { contentType, body },
      { ...this, eventRetentionDays: 90, onFailure: (error) => this.failures.push(error) },
    );
  }

  /** A change as the stream delivers it: of a new item or, with `oldImage`, of an overwritten one. */
  change(newImage: Record<string, unknown>, oldImage?: Record<string, unknown>): UsageEventChange {
    this.#sequenceNumber += 1;
    return { sequenceNumber: String(this.#sequenceNumber), newImage, ...(oldImage && { oldImage }) };
  }

  async aggregate(changes: readonly UsageEventChange[]): Promise<string[]> {
    return aggregateUsage(changes, {
      usageTallies: this.usageTallies,
      hourlyUsage: this.hourlyUsage,
      setAsideEvents: this.setAsideEvents,
      counters: this.counters,
      clock: this.clock,
      latenessHours: this.latenessHours,
      graceMs: GRACE_MS,
      maxTallyBytes: 350_000,
      sleep: this.clock.sleep,
      onFailure: (error) => this.failures.push(error),
    });
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

  /** The dependencies of metering. */
  meterDeps() {
    return {
      subscriptions: this.subscriptions,
      entitlements: this.entitlements,
      endings: this.endings,
      batchingWindowMs: 60_000,
      hourlyUsage: this.hourlyUsage,
      usageTallies: this.usageTallies,
      meteringQuota: new DynamoDbMeteringQuota({ ...HOURLY_USAGE, client: this.tables.client }),
      marketplace: this.gateway,
      products: this.products,
      unsendableUsage: this.unsendableUsage,
      graceMs: GRACE_MS,
      clock: this.clock,
      counters: this.counters,
      logger: this.log,
      sleep: this.clock.sleep,
      random: () => 0.5,
      deadlineMs: Number.MAX_SAFE_INTEGER,
      onFailure: (error: unknown) => this.failures.push(error),
    };
  }

  /** Every hour: hour → [state, quantity of its record]. */
  get hours(): Record<string, [state: string, quantity: number | undefined]> {
    return Object.fromEntries(this.tables.hours.map(({ hour, state, record }) => [hour, [state, record?.quantity]]));
  }

  /** What is left unbilled of all subscriptions and dimensions. */
  get carried(): string {
    return decimalText(sum(this.tables.balances.map(({ amount }) => amount)));
  }
}
