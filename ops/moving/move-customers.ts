import type { Product } from '../../lambdas/shared/contract/seller-configuration';
import type { Hour } from '../../lambdas/shared/domain/hour';
import type { Identity } from '../../lambdas/shared/domain/identity';
import { moveToLicense, type MoveRefusal } from '../../lambdas/shared/domain/moving';
import type { Subscription } from '../../lambdas/shared/domain/subscription';
import { toChange } from '../../lambdas/shared/domain/subscription-change';
import type { Clock } from '../../lambdas/shared/runtime/ports';
import type { SubscriptionUsageReader } from '../../lambdas/shared/stores/subscription-usage';
import { untilSaved, type SubscriptionStore } from '../../lambdas/shared/stores/subscriptions';
import type { Mapping } from './mapping-file';

export interface MoveCustomersDeps {
  products: readonly Product[];
  subscriptions: Pick<SubscriptionStore, 'findByIdentity' | 'save'>;
  usage: SubscriptionUsageReader;
  clock: Clock;
}

export type MappingRefusal =
  | MoveRefusal
  /** No subscription has this identifier, in any older product. */
  | 'unknownCustomer'
  /** The customer bought several older products, and the mapping does not name the licence's product. */
  | 'productMissing'
  /** The licence belongs to another subscription. */
  | 'licenseTaken'
  /** The ledger is ahead of this machine's clock. */
  | 'clockBehind';

/** The cause of each refusal and what to do about it. */
export const MOVE_REFUSALS: Record<MappingRefusal, string> = {
  unknownCustomer: 'no subscription has this customer identifier: the customer has not registered with this stack',
  productMissing: 'the customer has several older products: name one in the column productCode',
  notLegacy: 'the subscription is not identified by a customer identifier: remove the line',
  boundToAnotherAccount: 'the customer registered from another AWS account: check the line',
  ending: 'the subscription is ending or has ended: remove the line, its last usage is metered as before',
  movedToAnotherLicense: 'the subscription has already moved to another licence, which cannot be undone',
  licenseTaken: 'the licence belongs to another subscription: check the line',
  clockBehind: 'an hour after the switch is already sealed: correct the clock of this machine',
};

type MoveOutcome =
  | { outcome: 'moves' | 'moved' | 'alreadyMoved'; subscriptionId: string; licenseFrom: Hour }
  | { outcome: 'refused'; reason: MappingRefusal; subscriptionId?: string };

export type MovedCustomer = MoveOutcome & { mapping: Mapping };

/**
 * Moves customers of older products to their licences. With `apply: false` it only reports what it would do. Each
 * customer is one transaction, so an interrupted run can be repeated: it reports the customers it had already moved.
 */
export async function* moveCustomers(
  mappings: readonly Mapping[],
  { apply }: { apply: boolean },
  deps: MoveCustomersDeps,
): AsyncGenerator<MovedCustomer> {
  for (const mapping of mappings) {
    const outcome = await untilSaved(() => moveOne(mapping, { apply }, deps));
    yield { ...outcome, mapping };
  }
}

async function moveOne(
  mapping: Mapping,
  { apply }: { apply: boolean },
  deps: MoveCustomersDeps,
): Promise<MoveOutcome | 'conflict'> {
  const { subscriptions, clock } = deps;
  const found = await findCustomer(mapping, deps);
  const [before] = found;
  if (before === undefined) return { outcome: 'refused', reason: 'unknownCustomer' };
  if (found.length > 1) return { outcome: 'refused', reason: 'productMissing' };
  const { subscriptionId } = before;
  const refused = (reason: MappingRefusal) => ({ outcome: 'refused', reason, subscriptionId }) as const;
  const nowMs = clock.now();
  const result = moveToLicense(before, mapping.license, nowMs);
  if (result.outcome === 'refused') return refused(result.reason);
  if (result.outcome === 'alreadyMoved') return { ...result, subscriptionId };
  const { licenseFrom } = result.subscription;
  const identity: Identity = { kind: 'license', licenseId: mapping.license.licenseId };
  if ((await subscriptions.findByIdentity(identity)) !== undefined) return refused('licenseTaken');
  if (await isSealedFrom(licenseFrom, subscriptionId, deps)) return refused('clockBehind');
  if (!apply) return { outcome: 'moves', subscriptionId, licenseFrom };
  const change = toChange(before, result.subscription, new Date(nowMs).toISOString());
  if (change === undefined) throw new Error(`The move of ${subscriptionId} changes nothing.`);
  if ((await subscriptions.save(change, { identities: [identity] })) === 'conflict') return 'conflict';
  return { outcome: 'moved', subscriptionId, licenseFrom };
}

/** The customer's subscriptions to older products, or to the product that the mapping names. */
async function findCustomer(
  { customerIdentifier, productCode }: Mapping,
  { products, subscriptions }: MoveCustomersDeps,
): Promise<Subscription[]> {
  const older = products.filter(({ identityMode }) => identityMode === 'legacy');
  const codes = productCode === undefined ? older.map((product) => product.productCode) : [productCode];
  const found = await Promise.all(
    codes.map((code) =>
      subscriptions.findByIdentity({ kind: 'legacyCustomer', productCode: code, customerIdentifier }),
    ),
  );
  return found.filter((subscription) => subscription !== undefined);
}

/** Whether any hour since the switch is sealed already. If so, the switch is in the past and this machine's clock is slow. */
async function isSealedFrom(from: Hour, subscriptionId: string, { usage }: MoveCustomersDeps): Promise<boolean> {
  let page = await usage.listHours({ subscriptionId, from });
  while (page.hasMore && page.hours.every(({ state }) => state === 'open')) {
    page = await usage.listHours({ subscriptionId, from, before: page.hours.at(-1) });
  }
  return page.hours.some(({ state }) => state !== 'open');
}
