import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { SubscriptionChange } from '../domain/subscription-change';
import { putIfNew, updateIf } from './conditional-writes';
import { contactKey, isExpired } from './contact-key';
import type { Database } from './database';
import { reads, storedInteger } from './stored-values';
import { saveChange } from './subscriptions-transaction';

/**
 * Registrations: the buyer's session of one hour, one-time codes, and contact data. No other table has personal data.
 *
 * | item    | pk                               | holds |
 * |---------|----------------------------------|-------|
 * | session | `session#<SHA-256 of the cookie>` | subscriptionId, expiresAt |
 * | code    | `code#<SHA-256 of the code>`      | subscriptionId, expiresAt, usedAt |
 * | contact | `registration#<subscriptionId>`   | e-mail, name, company, phone; `expiresAt` some days after the end, if the seller has configured that |
 *
 * Secrets are stored as hashes, so that a reader of the table cannot take over a session. DynamoDB may delete expired
 * items days later, so every read checks the expiry.
 */
export const sessionKey = (sessionHash: string) => ({ pk: `session#${sessionHash}` });
export const codeKey = (codeHash: string) => ({ pk: `code#${codeHash}` });

/** The subscription that a session or a code gives access to. */
export interface Admission {
  subscriptionId: string;
  /** Epoch seconds; invalid from this second on. */
  expiresAt: number;
}

/** What the seller does not ask for, or the buyer left empty, is absent. */
export interface Contact {
  email: string;
  name?: string;
  company?: string;
  phone?: string;
}

export interface StoredContact extends Contact {
  /** ISO 8601 UTC; when the form was last submitted. */
  completedAt: string;
  /** Epoch seconds; absent unless the customer's subscriptions have ended and the seller has configured a retention. */
  expiresAt?: number;
}

export type CodeRedemption =
  { outcome: 'redeemed'; subscriptionId: string } | { outcome: 'used' | 'expired' | 'unknown' };

export interface SessionStore {
  openSession(sessionHash: string, admission: Admission): Promise<void>;
  /** The subscription of a session that has not expired at `nowMs`. */
  findSession(sessionHash: string, nowMs: number): Promise<string | undefined>;
}

export interface CodeStore {
  issueCode(codeHash: string, admission: Admission): Promise<void>;
  /** Returns `redeemed` to at most one caller. */
  redeemCode(codeHash: string, nowMs: number): Promise<CodeRedemption>;
}

export interface ContactStore {
  /** A contact that has not expired at `nowMs`. */
  findContact(subscriptionId: string, nowMs: number): Promise<StoredContact | undefined>;
  /** Saves contact, subscription and notice atomically. `conflict`: the subscription changed in the meantime. */
  complete(contact: StoredContact, change: SubscriptionChange): Promise<'saved' | 'conflict'>;
}

const storedAdmission = z.object({
  subscriptionId: z.string(),
  expiresAt: z.coerce.number().int(),
  usedAt: z.string().optional(),
});

export const storedContact = reads<StoredContact>()(
  z.object({
    email: z.string(),
    name: z.string().optional(),
    company: z.string().optional(),
    phone: z.string().optional(),
    completedAt: z.string(),
    expiresAt: storedInteger.optional(),
  }),
);

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

  async findContact(subscriptionId: string, nowMs: number): Promise<StoredContact | undefined> {
    const { Item } = await this.database.client.send(
      new GetCommand({
        TableName: this.database.tables.registrations,
        Key: contactKey(subscriptionId),
        ConsistentRead: true,
      }),
    );
    const contact = Item && storedContact.parse(Item);
    return contact && isExpired(contact, nowMs) ? undefined : contact;
  }

  complete(contact: StoredContact, change: SubscriptionChange): Promise<'saved' | 'conflict'> {
    const { subscriptionId } = change.after;
    const Item = { ...contactKey(subscriptionId), subscriptionId, ...contact };
    // The condition on the subscription's version, in the same transaction, protects the contact too.
    const contactPut = { Put: { TableName: this.database.tables.registrations, Item } };
    return saveChange(this.database, change, { others: [contactPut] });
  }
}
