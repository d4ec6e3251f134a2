import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { AnnouncementNotice } from '../contract/notices';
import type { Identity } from '../domain/identity';
import type { KeptEvent } from '../domain/marketplace-event';
import type { Subscription } from '../domain/subscription';
import type { SubscriptionChange } from '../domain/subscription-change';
import { batchGet, type BatchGetOptions } from './batch-get';
import { putIfNew } from './conditional-writes';
import type { ContactRetention } from './contact-retention';
import type { Database } from './database';
import { pagesOfPartition } from './partition';
import {
  AGREEMENT_POINTER_PREFIX,
  agreementKey,
  type ChangeExtras,
  EVENT_PREFIX,
  eventKey,
  identityItemKey,
  type KnownAgreement,
  storedEvent,
  storedSubscription,
  SUBSCRIPTION_SORT_KEY,
  subscriptionKey,
  type SubscriptionGlancer,
  type SubscriptionStore,
} from './subscriptions';
import { announce, saveChange, toEventItem } from './subscriptions-transaction';

const identityItem = z.object({ subscriptionId: z.string() });

export class DynamoDbSubscriptionReader implements SubscriptionGlancer {
  constructor(private readonly database: Database<'subscriptions'>) {}

  getMany(subscriptionIds: readonly string[]): Promise<Map<string, Subscription>> {
    return this.#read(subscriptionIds);
  }

  glance(subscriptionIds: readonly string[]): Promise<Map<string, Subscription>> {
    return this.#read(subscriptionIds, { eventually: true });
  }

  async #read(
    subscriptionIds: readonly string[],
    consistency: Pick<BatchGetOptions, 'eventually'> = {},
  ): Promise<Map<string, Subscription>> {
    const { tables, ...database } = this.database;
    const options = { ...database, ...consistency, tableName: tables.subscriptions };
    const items = await batchGet(subscriptionIds, SUBSCRIPTION_SORT_KEY, options);
    const subscriptions = items.map((item) => storedSubscription.parse(item));
    return new Map(subscriptions.map((subscription) => [subscription.subscriptionId, subscription]));
  }
}

export class DynamoDbSubscriptions extends DynamoDbSubscriptionReader implements SubscriptionStore {
  readonly #database: Database<'subscriptions' | 'notices'>;

  /** @param contacts - absent: contacts do not expire */
  constructor(
    database: Database<'subscriptions' | 'notices'>,
    private readonly contacts?: ContactRetention,
  ) {
    super(database);
    this.#database = database;
  }

  async findByIdentity(identity: Identity): Promise<Subscription | undefined> {
    const pointer = await this.#get(identityItemKey(identity));
    if (pointer === undefined) return undefined;
    const { subscriptionId } = identityItem.parse(pointer);
    return storedSubscription.parse(await this.#get(subscriptionKey(subscriptionId)));
  }

  async save(change: SubscriptionChange, extras: ChangeExtras = {}): Promise<'saved' | 'conflict'> {
    const others = await this.contacts?.partsFor(change);
    return saveChange(this.#database, change, { ...extras, others });
  }

  async keepEvent(event: KeptEvent, subscriptionId?: string): Promise<'kept' | 'duplicate'> {
    const Item = toEventItem(event, eventKey(event, subscriptionId));
    const isNew = await putIfNew(this.#database, { TableName: this.#database.tables.subscriptions, Item });
    return isNew ? 'kept' : 'duplicate';
  }

  tell(notice: AnnouncementNotice, event: KeptEvent): Promise<'told' | 'duplicate' | 'conflict'> {
    return announce(this.#database, notice, event);
  }

  async bindAgreement(agreementId: string, subscriptionId: string): Promise<void> {
    const Item = { pk: agreementKey(agreementId), sk: `${AGREEMENT_POINTER_PREFIX}${subscriptionId}` };
    await this.#database.client.send(new PutCommand({ TableName: this.#database.tables.subscriptions, Item }));
  }

  async ofAgreement(agreementId: string): Promise<KnownAgreement> {
    const known: KnownAgreement = { subscriptionIds: [], events: [] };
    const { client, tables } = this.#database;
    for await (const items of pagesOfPartition(
      { client, tableName: tables.subscriptions },
      agreementKey(agreementId),
    )) {
      for (const item of items) {
        const sk = String(item.sk);
        if (sk.startsWith(EVENT_PREFIX)) known.events.push(storedEvent.parse(item));
        else known.subscriptionIds.push(sk.slice(AGREEMENT_POINTER_PREFIX.length));
      }
    }
    return known;
  }

  async #get(key: { pk: string; sk: string }): Promise<unknown> {
    const { Item } = await this.#database.client.send(
      new GetCommand({ TableName: this.#database.tables.subscriptions, Key: key, ConsistentRead: true }),
    );
    return Item;
  }
}
