import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { SubscriptionChange } from '../domain/subscription-change';
import {
  codeKey,
  contactKey,
  isExpired,
  sessionKey,
  storedAdmission,
  storedContact,
  type Admission,
  type CodeRedemption,
  type CodeStore,
  type ContactStore,
  type SessionStore,
  type StoredContact,
} from './registrations';
import { writeTransaction } from './subscriptions-dynamodb';
import { changeParts, type ChangeTables } from './subscriptions-transaction';

/** Sessions and one-time codes. */
export class DynamoDbAdmissions implements SessionStore, CodeStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.#client = client;
    this.#tableName = tableName;
  }

  openSession(sessionHash: string, admission: Admission): Promise<void> {
    return this.#put({ ...sessionKey(sessionHash), ...admission });
  }

  async findSession(sessionHash: string, nowMs: number): Promise<string | undefined> {
    const session = await this.#find(sessionKey(sessionHash));
    return session === undefined || isExpired(session, nowMs) ? undefined : session.subscriptionId;
  }

  issueCode(codeHash: string, admission: Admission): Promise<void> {
    return this.#put({ ...codeKey(codeHash), ...admission });
  }

  async redeemCode(codeHash: string, nowMs: number): Promise<CodeRedemption> {
    try {
      const { Attributes } = await this.#client.send(
        new UpdateCommand({
          TableName: this.#tableName,
          Key: codeKey(codeHash),
          UpdateExpression: 'SET usedAt = :usedAt',
          ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(usedAt) AND expiresAt > :nowSeconds',
          ExpressionAttributeValues: { ':usedAt': new Date(nowMs).toISOString(), ':nowSeconds': nowMs / 1000 },
          ReturnValues: 'ALL_NEW',
        }),
      );
      return { outcome: 'redeemed', subscriptionId: storedAdmission.parse(Attributes).subscriptionId };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const code = await this.#find(codeKey(codeHash));
      if (code === undefined) return { outcome: 'unknown' };
      return { outcome: code.usedAt === undefined ? 'expired' : 'used' };
    }
  }

  /** A secret is drawn once; that it exists already is no coincidence but a fault. */
  async #put(item: Record<string, unknown>): Promise<void> {
    const condition = 'attribute_not_exists(pk)';
    await this.#client.send(new PutCommand({ TableName: this.#tableName, Item: item, ConditionExpression: condition }));
  }

  async #find(key: { pk: string }) {
    const command = new GetCommand({ TableName: this.#tableName, Key: key, ConsistentRead: true });
    const { Item } = await this.#client.send(command);
    return Item === undefined ? undefined : storedAdmission.parse(Item);
  }
}

/** Contact data, stored in one transaction with the subscription's next version and its notice. */
export class DynamoDbContacts implements ContactStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #tables: ChangeTables & { registrations: string };

  constructor(client: DynamoDBDocumentClient, tables: ChangeTables & { registrations: string }) {
    this.#client = client;
    this.#tables = tables;
  }

  async findContact(subscriptionId: string): Promise<StoredContact | undefined> {
    const { Item } = await this.#client.send(
      new GetCommand({ TableName: this.#tables.registrations, Key: contactKey(subscriptionId), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : storedContact.parse(Item);
  }

  complete(contact: StoredContact, change: SubscriptionChange): Promise<'saved' | 'conflict'> {
    const { subscriptionId } = change.after;
    const Item = { ...contactKey(subscriptionId), subscriptionId, ...contact };
    // The condition stands on the subscription's version, in the same transaction.
    const contactPut = { Put: { TableName: this.#tables.registrations, Item } };
    return writeTransaction(this.#client, [...changeParts(this.#tables, change), contactPut]);
  }
}
