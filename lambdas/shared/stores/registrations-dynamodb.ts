import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { SubscriptionChange } from '../domain/subscription-change';
import { putIfNew, updateIf } from './conditional-writes';
import type { Database } from './database';
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
import { saveChange } from './subscriptions-transaction';

/** Sessions and one-time codes. */
export class DynamoDbAdmissions implements SessionStore, CodeStore {
  constructor(private readonly database: Database<'registrations'>) {}

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
    const result = await updateIf(this.database, {
      TableName: this.database.tables.registrations,
      Key: codeKey(codeHash),
      UpdateExpression: 'SET usedAt = :usedAt',
      ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(usedAt) AND expiresAt > :nowSeconds',
      ExpressionAttributeValues: { ':usedAt': new Date(nowMs).toISOString(), ':nowSeconds': nowMs / 1000 },
      ReturnValues: 'ALL_NEW',
    });
    if (result.held) {
      return { outcome: 'redeemed', subscriptionId: storedAdmission.parse(result.attributes).subscriptionId };
    }
    const code = await this.#find(codeKey(codeHash));
    if (code === undefined) return { outcome: 'unknown' };
    return { outcome: code.usedAt === undefined ? 'expired' : 'used' };
  }

  /** A 256-bit secret cannot exist already by chance. */
  async #put(Item: Record<string, unknown>): Promise<void> {
    const isNew = await putIfNew(this.database, { TableName: this.database.tables.registrations, Item });
    if (!isNew) throw new Error('A new secret exists already: check the source of randomness.');
  }

  async #find(key: { pk: string }) {
    const command = new GetCommand({ TableName: this.database.tables.registrations, Key: key, ConsistentRead: true });
    const { Item } = await this.database.client.send(command);
    return Item === undefined ? undefined : storedAdmission.parse(Item);
  }
}

/** Contact data, written in one transaction with the subscription's next version and its notice. */
export class DynamoDbContacts implements ContactStore {
  constructor(private readonly database: Database<'registrations' | 'subscriptions' | 'notices'>) {}

  async findContact(subscriptionId: string): Promise<StoredContact | undefined> {
    const { Item } = await this.database.client.send(
      new GetCommand({
        TableName: this.database.tables.registrations,
        Key: contactKey(subscriptionId),
        ConsistentRead: true,
      }),
    );
    return Item === undefined ? undefined : storedContact.parse(Item);
  }

  complete(contact: StoredContact, change: SubscriptionChange): Promise<'saved' | 'conflict'> {
    const { subscriptionId } = change.after;
    const Item = { ...contactKey(subscriptionId), subscriptionId, ...contact };
    // The condition on the subscription's version, in the same transaction, protects the contact too.
    const contactPut = { Put: { TableName: this.database.tables.registrations, Item } };
    return saveChange(this.database, change, { others: [contactPut] });
  }
}
