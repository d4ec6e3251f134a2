import * as z from 'zod';
import type { SubscriptionChange } from '../domain/subscription-change';
import { reads } from './stored-values';

/**
 * Registrations: the buyer's session of one hour, one-time codes, and contact data. No other table has personal data.
 *
 * | item    | pk                               | holds |
 * |---------|----------------------------------|-------|
 * | session | `session#<SHA-256 of the cookie>` | subscriptionId, expiresAt |
 * | code    | `code#<SHA-256 of the code>`      | subscriptionId, expiresAt, usedAt |
 * | contact | `registration#<subscriptionId>`   | e-mail, name, company; never expires |
 *
 * Secrets are stored as hashes, so that a reader of the table cannot take over a session. DynamoDB may delete expired
 * items days later, so every read checks the expiry.
 */
export const sessionKey = (sessionHash: string) => ({ pk: `session#${sessionHash}` });
export const codeKey = (codeHash: string) => ({ pk: `code#${codeHash}` });
export const contactKey = (subscriptionId: string) => ({ pk: `registration#${subscriptionId}` });

/** The subscription that a session or a code gives access to. */
export interface Admission {
  subscriptionId: string;
  /** Epoch seconds; invalid from this second on. */
  expiresAt: number;
}

export interface Contact {
  email: string;
  name: string;
  company: string;
}

export interface StoredContact extends Contact {
  /** ISO 8601 UTC; when the form was last submitted. */
  completedAt: string;
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
  findContact(subscriptionId: string): Promise<StoredContact | undefined>;
  /** Saves contact, subscription and notice atomically. `conflict`: the subscription changed in the meantime. */
  complete(contact: StoredContact, change: SubscriptionChange): Promise<'saved' | 'conflict'>;
}

export const storedAdmission = z.object({
  subscriptionId: z.string(),
  expiresAt: z.coerce.number().int(),
  usedAt: z.string().optional(),
});

export const storedContact = reads<StoredContact>()(
  z.object({ email: z.string(), name: z.string(), company: z.string(), completedAt: z.string() }),
);

export function isExpired({ expiresAt }: Pick<Admission, 'expiresAt'>, nowMs: number): boolean {
  return expiresAt * 1000 <= nowMs;
}
