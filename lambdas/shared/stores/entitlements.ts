import * as z from 'zod';
import { decimalText } from '../domain/decimal';
import { inOrder, shownValue, type CheckedAmounts, type Entitlement, type Entitlements } from '../domain/entitlements';
import type { SubscriptionChange } from '../domain/subscription-change';
import { decimalFromText } from './stored-values';

/**
 * Entitlements, in the Subscriptions table beside the subscription they belong to.
 *
 *   pk = subscriptionId
 *   sk = `entitlements`
 *   index `entitlementsDue`: dueShard, dueAt (ms)   sparse: only those to be checked again
 *
 * Without `checkedAt` AWS has never answered: there is a time to ask again and nothing else. `history` has the amounts of
 * this check and of those before it. Numbers are kept as text.
 */
export const ENTITLEMENTS_SORT_KEY = 'entitlements';

export interface EntitlementReader {
  /** Those that AWS has been asked for with success, by subscription; strongly consistent. */
  getMany(subscriptionIds: readonly string[]): Promise<Map<string, Entitlements>>;
}

export interface CheckedEntitlements {
  checked: Entitlements;
  /** The check that this one was compared with; undefined: there was none. */
  comparedWith: string | undefined;
  /** When to ask again; undefined: never. */
  nextCheckAtMs: number | undefined;
  /** When they are others than before: the subscription's next version, with the notice. */
  change?: SubscriptionChange;
}

export interface EntitlementStore extends EntitlementReader {
  /** All of it or, when somebody else checked or the subscription changed meanwhile, nothing. */
  save(checked: CheckedEntitlements): Promise<'saved' | 'conflict'>;
  /** AWS could not be asked: at `dueAtMs` again, unless it is due sooner. */
  postpone(subscriptionId: string, times: { nowMs: number; dueAtMs: number }): Promise<void>;
  /** The subscriptions to be checked by now, the longest due first; through an index, so it may lag. */
  listDue(nowMs: number): Promise<string[]>;
}

const storedEntitlement = z
  .object({
    dimension: z.string(),
    kind: z.enum(['integer', 'double', 'boolean', 'string']),
    value: z.union([z.string(), z.boolean()]),
    expiresAt: z.string().optional(),
  })
  .transform(({ dimension, kind, value, expiresAt }): Entitlement => {
    const rest = expiresAt === undefined ? {} : { expiresAt };
    switch (kind) {
      case 'boolean':
        return { dimension, value: { kind, granted: z.boolean().parse(value) }, ...rest };
      case 'string':
        return { dimension, value: { kind, text: z.string().parse(value) }, ...rest };
      default:
        return { dimension, value: { kind, amount: decimalFromText.parse(value) }, ...rest };
    }
  });

const storedHistory = z
  .array(z.object({ since: z.string(), until: z.string(), amounts: z.array(z.tuple([z.string(), decimalFromText])) }))
  .transform((history) =>
    history.map(({ amounts, ...times }): CheckedAmounts => ({ ...times, amounts: new Map(amounts) })),
  );

const item = z.object({
  pk: z.string(),
  checkedAt: z.string().optional(),
  entitlements: z.array(storedEntitlement).default([]),
  history: storedHistory.optional(),
});

/** An item of the table; undefined when AWS has not answered yet. */
export function parseEntitlementsItem(document: unknown): Entitlements | undefined {
  const { pk: subscriptionId, checkedAt, entitlements, history } = item.parse(document);
  return checkedAt === undefined ? undefined : { subscriptionId, checkedAt, entitlements, ...(history && { history }) };
}

export function toStoredHistory(history: readonly CheckedAmounts[]) {
  return history.map(({ since, until, amounts }) => ({
    ...{ since, until },
    amounts: [...amounts].map(([dimension, amount]) => [dimension, decimalText(amount)]),
  }));
}

export function storedEntitlements(entitlements: readonly Entitlement[]) {
  return inOrder(entitlements).map(({ dimension, value, expiresAt }) => ({
    ...{ dimension, kind: value.kind, value: shownValue(value) },
    ...(expiresAt !== undefined && { expiresAt }),
  }));
}
