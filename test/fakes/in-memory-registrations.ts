import type { SubscriptionChange } from '../../lambdas/shared/domain/subscription-change';
import {
  isExpired,
  type Admission,
  type CodeRedemption,
  type CodeStore,
  type ContactStore,
  type SessionStore,
  type StoredContact,
} from '../../lambdas/shared/stores/registrations';
import type { SubscriptionStore } from '../../lambdas/shared/stores/subscriptions';

/** Sessions, codes and contacts in maps; completing goes through the subscriptions' own condition. */
export class InMemoryRegistrations implements SessionStore, CodeStore, ContactStore {
  readonly sessions = new Map<string, Admission>();
  readonly codes = new Map<string, Admission & { used: boolean }>();
  readonly contacts = new Map<string, StoredContact>();
  readonly #subscriptions: SubscriptionStore;

  constructor(subscriptions: SubscriptionStore) {
    this.#subscriptions = subscriptions;
  }

  async openSession(sessionHash: string, admission: Admission): Promise<void> {
    if (this.sessions.has(sessionHash)) throw new Error('This session exists.');
    this.sessions.set(sessionHash, admission);
  }

  async findSession(sessionHash: string, nowMs: number): Promise<string | undefined> {
    const session = this.sessions.get(sessionHash);
    return session && !isExpired(session, nowMs) ? session.subscriptionId : undefined;
  }

  async issueCode(codeHash: string, admission: Admission): Promise<void> {
    if (this.codes.has(codeHash)) throw new Error('This code exists.');
    this.codes.set(codeHash, { ...admission, used: false });
  }

  async redeemCode(codeHash: string, nowMs: number): Promise<CodeRedemption> {
    const code = this.codes.get(codeHash);
    if (code === undefined) return { outcome: 'unknown' };
    if (code.used) return { outcome: 'used' };
    if (isExpired(code, nowMs)) return { outcome: 'expired' };
    code.used = true;
    return { outcome: 'redeemed', subscriptionId: code.subscriptionId };
  }

  async findContact(subscriptionId: string): Promise<StoredContact | undefined> {
    return this.contacts.get(subscriptionId);
  }

  async complete(contact: StoredContact, change: SubscriptionChange): Promise<'saved' | 'conflict'> {
    const saved = await this.#subscriptions.save(change);
    if (saved === 'saved') this.contacts.set(change.after.subscriptionId, contact);
    return saved;
  }
}
