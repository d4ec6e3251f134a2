import type { Entitlements } from '../../lambdas/shared/domain/entitlements';
import type { CheckedEntitlements, EntitlementStore } from '../../lambdas/shared/stores/entitlements';
import type { SubscriptionStore } from '../../lambdas/shared/stores/subscriptions';

/** Entitlements beside the subscriptions they belong to, under the same conditions as the table. */
export class InMemoryEntitlements implements EntitlementStore {
  readonly entitlements = new Map<string, Entitlements>();
  readonly dueAt = new Map<string, number>();

  constructor(private readonly subscriptions: Pick<SubscriptionStore, 'save'>) {}

  async getMany(subscriptionIds: readonly string[]): Promise<Map<string, Entitlements>> {
    const found = subscriptionIds.map((id) => this.entitlements.get(id)).filter((each) => each !== undefined);
    return new Map(found.map((entitlements) => [entitlements.subscriptionId, entitlements]));
  }

  async save({ checked, comparedWith, nextCheckAtMs, change }: CheckedEntitlements): Promise<'saved' | 'conflict'> {
    const { subscriptionId } = checked;
    if (this.entitlements.get(subscriptionId)?.checkedAt !== comparedWith) return 'conflict';
    if (change && (await this.subscriptions.save(change)) === 'conflict') return 'conflict';
    this.entitlements.set(subscriptionId, checked);
    if (nextCheckAtMs === undefined) this.dueAt.delete(subscriptionId);
    else this.dueAt.set(subscriptionId, nextCheckAtMs);
    return 'saved';
  }

  async postpone(subscriptionId: string, { nowMs, dueAtMs }: { nowMs: number; dueAtMs: number }): Promise<void> {
    const dueAt = this.dueAt.get(subscriptionId);
    if (dueAt === undefined || dueAt > dueAtMs || dueAt <= nowMs) this.dueAt.set(subscriptionId, dueAtMs);
  }

  async listDue(nowMs: number): Promise<string[]> {
    const due = [...this.dueAt].filter(([, dueAt]) => dueAt <= nowMs).sort(([, a], [, b]) => a - b);
    return due.map(([subscriptionId]) => subscriptionId);
  }
}
