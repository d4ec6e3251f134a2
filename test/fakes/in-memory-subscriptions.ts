import type { StateNotice } from '../../lambdas/shared/contract/notices';
import { identityKey, type Identity } from '../../lambdas/shared/domain/identity';
import type { Subscription } from '../../lambdas/shared/domain/subscription';
import type { SubscriptionChange } from '../../lambdas/shared/domain/subscription-change';
import {
  agreementKey,
  eventKey,
  type ChangeExtras,
  type KeptEvent,
  type KnownAgreement,
  type SubscriptionStore,
} from '../../lambdas/shared/stores/subscriptions';
import type { AccountQuestion, AccountSubscriptionReader } from '../../lambdas/shared/stores/subscriptions-of-account';

/** Subscriptions, identities, events and the outbox in maps, under the same conditions as the tables. */
export class InMemorySubscriptions implements SubscriptionStore, AccountSubscriptionReader {
  readonly subscriptions = new Map<string, Subscription>();
  readonly identities = new Map<string, string>();
  readonly events = new Map<string, KeptEvent>();
  readonly agreements = new Map<string, Set<string>>();
  readonly notices: StateNotice[] = [];

  /** A subscription that is there already, with its identities. */
  given(subscription: Subscription, ...identities: Identity[]): Subscription {
    this.subscriptions.set(subscription.subscriptionId, subscription);
    for (const identity of identities) this.identities.set(identityKey(identity), subscription.subscriptionId);
    return subscription;
  }

  async getMany(subscriptionIds: readonly string[]): Promise<Map<string, Subscription>> {
    const found = subscriptionIds.map((id) => this.subscriptions.get(id)).filter((found) => found !== undefined);
    return new Map(found.map((subscription) => [subscription.subscriptionId, structuredClone(subscription)]));
  }

  async listOfAccount({ customerAWSAccountId, after = '', limit }: AccountQuestion) {
    const found = [...this.subscriptions.values()]
      .filter((each) => each.customerAWSAccountId === customerAWSAccountId && each.subscriptionId > after)
      .sort((a, b) => (a.subscriptionId < b.subscriptionId ? -1 : 1));
    return { subscriptions: found.slice(0, limit), left: found.length > limit };
  }

  async findByIdentity(identity: Identity): Promise<Subscription | undefined> {
    const subscriptionId = this.identities.get(identityKey(identity));
    if (subscriptionId === undefined) return undefined;
    return (await this.getMany([subscriptionId])).get(subscriptionId);
  }

  async save(change: SubscriptionChange, { identities = [], event }: ChangeExtras = {}): Promise<'saved' | 'conflict'> {
    const { before, after, notice } = change;
    if (this.subscriptions.get(after.subscriptionId)?.version !== before?.version) return 'conflict';
    if (identities.some((identity) => this.identities.has(identityKey(identity)))) return 'conflict';
    this.subscriptions.set(after.subscriptionId, structuredClone(after));
    for (const identity of identities) this.identities.set(identityKey(identity), after.subscriptionId);
    if (notice) this.notices.push(notice);
    if (event) this.events.set(asText(eventKey(event, after.subscriptionId)), event);
    return 'saved';
  }

  async keepEvent(event: KeptEvent, subscriptionId?: string): Promise<'kept' | 'duplicate'> {
    const key = asText(eventKey(event, subscriptionId));
    if (this.events.has(key)) return 'duplicate';
    this.events.set(key, event);
    return 'kept';
  }

  async bindAgreement(agreementId: string, subscriptionId: string): Promise<void> {
    const bound = this.agreements.get(agreementId) ?? new Set();
    this.agreements.set(agreementId, bound.add(subscriptionId));
  }

  async ofAgreement(agreementId: string): Promise<KnownAgreement> {
    const prefix = `${agreementKey(agreementId)}/`;
    const keys = [...this.events.keys()].filter((key) => key.startsWith(prefix)).sort();
    return {
      subscriptionIds: [...(this.agreements.get(agreementId) ?? [])].sort(),
      events: keys.flatMap((key) => this.events.get(key) ?? []),
    };
  }
}

const asText = ({ pk, sk }: { pk: string; sk: string }): string => `${pk}/${sk}`;
