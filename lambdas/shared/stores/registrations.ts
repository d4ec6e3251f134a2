import * as z from 'zod';
import type { SubscriptionChange } from '../domain/subscription-change';
import { reads } from './stored-values';

/**
 * Registrations: how a buyer who came from AWS Marketplace is known to us for an hour, and the only personal data.
 *
 * | item    | pk                               | holds |
 * |---------|----------------------------------|-------|
 * | session | `session#<SHA-256 of the cookie>` | subscriptionId, expiresAt |
 * | code    | `code#<SHA-256 of the code>`      | subscriptionId, expiresAt, usedAt |
 * | contact | `registration#<subscriptionId>`   | e-mail, name, company; never expires |
 *
 * Secrets are stored as hashes: who reads the table can be nobody's session. DynamoDB deletes expired items when it finds
 * the time, up to days later, so the expiry is checked on every read.
 */
export const sessionKey = (sessionHash: string) => ({ pk: `session#${sessionHash}` });
export const codeKey = (codeHash: string) => ({ pk: `code#${codeHash}` });
export const contactKey = (subscriptionId: string) => ({ pk: `registration#${subscriptionId}` });

/** What a session or a code stands for. */
export interface Admission {
  subscriptionId: string;
  /** Epoch seconds; from this second on it is worth nothing. */
  expiresAt: number;
}

export interface Contact {
  email: string;
  name: string;
  company: string;
}

export interface StoredContact extends Contact {
  /** ISO 8601 UTC, of the last time the form was sent. */
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
  /** At most one caller is ever told `redeemed`. */
  redeemCode(codeHash: string, nowMs: number): Promise<CodeRedemption>;
}

export interface ContactStore {
  findContact(subscriptionId: string): Promise<StoredContact | undefined>;
  /** Contact, subscription and notice together, or nothing when the subscription was changed meanwhile. */
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
