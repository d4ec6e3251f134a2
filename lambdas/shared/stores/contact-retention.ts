import * as z from 'zod';
import type { FunctionConfiguration } from '../contract/seller-configuration';
import { contactsExpireAtMs, movesContactExpiry } from '../domain/contact-retention';
import type { Subscription } from '../domain/subscription';
import type { SubscriptionChange } from '../domain/subscription-change';
import { batchGet } from './batch-get';
import type { TransactionPart } from './conditional-writes';
import { contactKey, isExpired } from './contact-key';
import type { Database } from './database';
import { storedInteger } from './stored-values';
import { DynamoDbAccountSubscriptionReader } from './subscriptions-of-account';

/** The expiry of contacts, which moves with the changes of subscriptions. */
export interface ContactRetention {
  /** What the transaction of a change writes besides. */
  partsFor(change: SubscriptionChange): Promise<TransactionPart[]>;
}

/**
 * The contacts that a change writes besides. A transaction takes 100 items. `ops erase --expired` finds the contacts of a
 * customer with more subscriptions than that.
 */
const CONTACTS_MAX = 50;

const contactItem = z.object({ pk: z.string(), expiresAt: storedInteger.optional() });

interface Rule {
  retentionDays: number;
  clock: { now(): number };
}

/**
 * Sets `expiresAt`, the time to live, on all contacts of a customer when its last subscription has ended, and removes it
 * when the customer comes back, be it with another licence. The subscriptions of an account are found through an index.
 * It lags by less than the hour between the end that AWS reports and `ended`.
 */
export class DynamoDbContactRetention implements ContactRetention {
  readonly #ofAccount: DynamoDbAccountSubscriptionReader;

  constructor(
    private readonly database: Database<'registrations' | 'subscriptions'>,
    private readonly rule: Rule,
  ) {
    this.#ofAccount = new DynamoDbAccountSubscriptionReader(database);
  }

  async partsFor({ before, after }: SubscriptionChange): Promise<TransactionPart[]> {
    if (!movesContactExpiry(before, after)) return [];
    const customer = [after, ...(await this.#othersOf(after))];
    const expireAtMs = contactsExpireAtMs(customer, this.rule.retentionDays);
    const expiresAt = expireAtMs === undefined ? undefined : Math.ceil(expireAtMs / 1000);
    const keys = customer.slice(0, CONTACTS_MAX).map(({ subscriptionId }) => contactKey(subscriptionId).pk);
    const { tables, ...database } = this.database;
    const items = await batchGet(keys, undefined, { ...database, tableName: tables.registrations });
    return (
      items
        .map((item) => contactItem.parse(item))
        // What has expired is gone, though DynamoDB may not have deleted it yet.
        .filter((contact) => !isExpired(contact, this.rule.clock.now()))
        .filter((contact) => contact.expiresAt !== expiresAt)
        .map(({ pk }) => this.#update(pk, expiresAt))
    );
  }

  async #othersOf({ customerAWSAccountId, subscriptionId }: Subscription): Promise<Subscription[]> {
    if (customerAWSAccountId === undefined) return [];
    const all = await this.#ofAccount.allOfAccount(customerAWSAccountId);
    return all.filter((other) => other.subscriptionId !== subscriptionId);
  }

  #update(pk: string, expiresAt: number | undefined): TransactionPart {
    return {
      Update: {
        TableName: this.database.tables.registrations,
        Key: { pk },
        // An erased contact must not come back as an item that has nothing but an expiry.
        ConditionExpression: 'attribute_exists(pk)',
        ...(expiresAt === undefined
          ? { UpdateExpression: 'REMOVE expiresAt' }
          : { UpdateExpression: 'SET expiresAt = :at', ExpressionAttributeValues: { ':at': expiresAt } }),
      },
    };
  }
}

/** The retention that the seller has configured; undefined: contacts are kept until they are erased. */
export function contactRetentionOf(
  { tables, ...database }: Database<'subscriptions'>,
  { registration: { contactRetentionDays: retentionDays } }: Pick<FunctionConfiguration, 'registration'>,
  { clock, contactsTable }: Pick<Rule, 'clock'> & { contactsTable: string | undefined },
): ContactRetention | undefined {
  if (retentionDays === undefined) return undefined;
  if (contactsTable === undefined)
    throw new Error('contactRetentionDays is set, but the function has no REGISTRATIONS_TABLE_NAME. Deploy again.');
  const withContacts = { ...database, tables: { ...tables, registrations: contactsTable } };
  return new DynamoDbContactRetention(withContacts, { retentionDays, clock });
}
