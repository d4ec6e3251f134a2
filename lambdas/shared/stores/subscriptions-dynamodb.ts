import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  GetCommand,
  paginateQuery,
  PutCommand,
  TransactWriteCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Identity } from '../domain/identity';
import type { Subscription } from '../domain/subscription';
import type { SubscriptionChange } from '../domain/subscription-change';
import type { TransactionPart } from './notices';
import {
  AGREEMENT_POINTER_PREFIX,
  agreementKey,
  EVENT_PREFIX,
  eventKey,
  identityItemKey,
  storedEvent,
  storedSubscription,
  subscriptionKey,
  type ChangeExtras,
  type KeptEvent,
  type KnownAgreement,
  type SubscriptionStore,
} from './subscriptions';
import { DynamoDbSubscriptionReader } from './subscriptions-reader';
import { changeParts, toEventItem, type ChangeTables } from './subscriptions-transaction';

const identityItem = z.object({ subscriptionId: z.string() });

export class DynamoDbSubscriptions implements SubscriptionStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #tables: ChangeTables;
  readonly #reader: DynamoDbSubscriptionReader;

  constructor(client: DynamoDBDocumentClient, tables: ChangeTables) {
    this.#client = client;
    this.#tables = tables;
    this.#reader = new DynamoDbSubscriptionReader(client, tables.subscriptions);
  }

  getMany(subscriptionIds: readonly string[]): Promise<Map<string, Subscription>> {
    return this.#reader.getMany(subscriptionIds);
  }

  async findByIdentity(identity: Identity): Promise<Subscription | undefined> {
    const pointer = await this.#get(identityItemKey(identity));
    if (pointer === undefined) return undefined;
    const { subscriptionId } = identityItem.parse(pointer);
    return storedSubscription.parse(await this.#get(subscriptionKey(subscriptionId)));
  }

  save(change: SubscriptionChange, extras: ChangeExtras = {}): Promise<'saved' | 'conflict'> {
    return writeTransaction(this.#client, changeParts(this.#tables, change, extras));
  }

  async keepEvent(event: KeptEvent, subscriptionId?: string): Promise<'kept' | 'duplicate'> {
    const Item = toEventItem(event, eventKey(event, subscriptionId));
    try {
      await this.#client.send(
        new PutCommand({
          TableName: this.#tables.subscriptions,
          Item,
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
      return 'kept';
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return 'duplicate';
      throw error;
    }
  }

  async bindAgreement(agreementId: string, subscriptionId: string): Promise<void> {
    const Item = { pk: agreementKey(agreementId), sk: `${AGREEMENT_POINTER_PREFIX}${subscriptionId}` };
    await this.#client.send(new PutCommand({ TableName: this.#tables.subscriptions, Item }));
  }

  async ofAgreement(agreementId: string): Promise<KnownAgreement> {
    const known: KnownAgreement = { subscriptionIds: [], events: [] };
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#tables.subscriptions,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': agreementKey(agreementId) },
        ConsistentRead: true,
      },
    );
    for await (const { Items = [] } of pages) {
      for (const item of Items) {
        const sk = String(item.sk);
        if (sk.startsWith(EVENT_PREFIX)) known.events.push(storedEvent.parse(item));
        else known.subscriptionIds.push(sk.slice(AGREEMENT_POINTER_PREFIX.length));
      }
    }
    return known;
  }

  async #get(key: { pk: string; sk: string }): Promise<unknown> {
    const { Item } = await this.#client.send(
      new GetCommand({ TableName: this.#tables.subscriptions, Key: key, ConsistentRead: true }),
    );
    return Item;
  }
}

/** Only a lost race is a conflict; a transaction cancelled for anything else is an error. */
const LOST_RACE = new Set(['None', 'ConditionalCheckFailed', 'TransactionConflict']);

export async function writeTransaction(
  client: DynamoDBDocumentClient,
  parts: TransactionPart[],
): Promise<'saved' | 'conflict'> {
  try {
    await client.send(new TransactWriteCommand({ TransactItems: parts }));
    return 'saved';
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const reasons = error.CancellationReasons ?? [];
    if (reasons.length > 0 && reasons.every(({ Code }) => LOST_RACE.has(Code ?? ''))) return 'conflict';
    throw error;
  }
}
