import type { HourKey } from '../../lambdas/shared/domain/hour';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Identity } from '../../lambdas/shared/domain/identity';
import type { Subscription } from '../../lambdas/shared/domain/subscription';
import type { SubscriptionChange } from '../../lambdas/shared/domain/subscription-change';
import type { UsageEvent } from '../../lambdas/shared/domain/usage-event';
import type { UsageTally } from '../../lambdas/shared/domain/usage-tally';
import { DynamoDbHourlyUsageStore } from '../../lambdas/shared/stores/hourly-usage';
import {
  codeKey,
  sessionKey,
  type Admission,
  type CodeRedemption,
  type StoredContact,
} from '../../lambdas/shared/stores/registrations';
import { DynamoDbAdmissions, DynamoDbContacts } from '../../lambdas/shared/stores/registrations-dynamodb';
import { DynamoDbSetAsideEventStore, type SetAsideEvent } from '../../lambdas/shared/stores/set-aside-events';
import type { ChangeExtras, KeptEvent } from '../../lambdas/shared/stores/subscriptions';
import { DynamoDbSubscriptions } from '../../lambdas/shared/stores/subscriptions-dynamodb';
import { DynamoDbUsageEventStore } from '../../lambdas/shared/stores/usage-events';
import { DynamoDbUsageTallyStore, type AddTallyResult } from '../../lambdas/shared/stores/usage-tallies';
import { InMemoryRegistrations } from '../../test/fakes/in-memory-registrations';
import { InMemorySetAsideEvents } from '../../test/fakes/in-memory-set-aside-events';
import { InMemorySubscriptions } from '../../test/fakes/in-memory-subscriptions';
import { InMemoryUsageEvents } from '../../test/fakes/in-memory-usage-events';
import { InMemoryUsageLedger } from '../../test/fakes/in-memory-usage-ledger';
import type { DynamoDbLimits } from './dynamodb-limits';

/** The storing fakes, each of which lets the real adapter ask DynamoDB's limits first. */
const tables = { subscriptions: 'subscriptions', notices: 'notices', registrations: 'registrations' };

export class StrictSubscriptions extends InMemorySubscriptions {
  readonly #real: DynamoDbSubscriptions;

  constructor(limits: DynamoDbLimits) {
    super();
    this.#real = new DynamoDbSubscriptions(limits.client, tables);
  }

  override async getMany(subscriptionIds: readonly string[]): Promise<Map<string, Subscription>> {
    await this.#real.getMany(subscriptionIds);
    return super.getMany(subscriptionIds);
  }

  override async findByIdentity(identity: Identity): Promise<Subscription | undefined> {
    await this.#real.findByIdentity(identity);
    return super.findByIdentity(identity);
  }

  override async save(change: SubscriptionChange, extras: ChangeExtras = {}): Promise<'saved' | 'conflict'> {
    await this.#real.save(change, extras);
    return super.save(change, extras);
  }

  override async keepEvent(event: KeptEvent, subscriptionId?: string): Promise<'kept' | 'duplicate'> {
    await this.#real.keepEvent(event, subscriptionId);
    return super.keepEvent(event, subscriptionId);
  }
}

export class StrictRegistrations extends InMemoryRegistrations {
  readonly #limits: DynamoDbLimits;
  readonly #admissions: DynamoDbAdmissions;
  readonly #contacts: DynamoDbContacts;

  constructor(limits: DynamoDbLimits, subscriptions: InMemorySubscriptions) {
    super(subscriptions);
    this.#limits = limits;
    this.#admissions = new DynamoDbAdmissions(limits.client, tables.registrations);
    this.#contacts = new DynamoDbContacts(limits.client, tables);
  }

  override async openSession(sessionHash: string, admission: Admission): Promise<void> {
    await this.#admissions.openSession(sessionHash, admission);
    return super.openSession(sessionHash, admission);
  }

  override async findSession(sessionHash: string, nowMs: number): Promise<string | undefined> {
    await this.#read(sessionKey(sessionHash));
    return super.findSession(sessionHash, nowMs);
  }

  override async redeemCode(codeHash: string, nowMs: number): Promise<CodeRedemption> {
    await this.#read(codeKey(codeHash));
    return super.redeemCode(codeHash, nowMs);
  }

  override async complete(contact: StoredContact, change: SubscriptionChange): Promise<'saved' | 'conflict'> {
    await this.#contacts.complete(contact, change);
    return super.complete(contact, change);
  }

  async #read(key: { pk: string }): Promise<void> {
    await this.#limits.client.send(new GetCommand({ TableName: tables.registrations, Key: key }));
  }
}

export class StrictUsageEvents extends InMemoryUsageEvents {
  readonly #real: DynamoDbUsageEventStore;

  constructor({ client }: DynamoDbLimits) {
    super();
    this.#real = new DynamoDbUsageEventStore({ client, tableName: 'usageEvents' });
  }

  override async put(event: UsageEvent, expiresAtSeconds: number): Promise<'stored' | 'duplicate'> {
    await this.#real.put(event, expiresAtSeconds);
    return super.put(event, expiresAtSeconds);
  }
}

export class StrictSetAsideEvents extends InMemorySetAsideEvents {
  readonly #real: DynamoDbSetAsideEventStore;

  constructor({ client }: DynamoDbLimits) {
    super();
    this.#real = new DynamoDbSetAsideEventStore({ client, tableName: 'hourlyUsage', noticesTableName: 'notices' });
  }

  override async keep(event: SetAsideEvent, nowIso: string): Promise<boolean> {
    await this.#real.keep(event, nowIso);
    return super.keep(event, nowIso);
  }
}

export class StrictUsageLedger extends InMemoryUsageLedger {
  readonly #tallies: DynamoDbUsageTallyStore;
  readonly #hours: DynamoDbHourlyUsageStore;

  constructor({ client }: DynamoDbLimits) {
    super();
    const names = { usageTalliesTableName: 'usageTallies', hourlyUsageTableName: 'hourlyUsage' };
    this.#tallies = new DynamoDbUsageTallyStore({ client, ...names, eventRetentionDays: 90 });
    this.#hours = new DynamoDbHourlyUsageStore({ client, tableName: 'hourlyUsage' });
  }

  override async add(tally: UsageTally, dueAtMs: number): Promise<AddTallyResult> {
    await this.#tallies.add(tally, dueAtMs);
    return super.add(tally, dueAtMs);
  }

  override async get(hourKey: HourKey) {
    await this.#hours.get(hourKey);
    return super.get(hourKey);
  }
}
