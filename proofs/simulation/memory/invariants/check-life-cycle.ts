import type { Buyer } from '../../driver/buyers';
import { NETTED_DIMENSION } from '../../driver/settings';
import type { MemoryWorld } from '../memory-engine';
import { checkCovered } from './check-covered';

/** At rest, each subscription is in the state of AWS's agreements, and its contract has covered its amount. */
export function checkLifeCycle(world: MemoryWorld): void {
  const { books, buyers } = world;
  for (const { subscriptionId, states } of books.subscriptions.values()) {
    const state = states.at(-1)?.state;
    const expected = stateByAgreements(buyers.withSubscription(subscriptionId));
    books.require(
      state === expected,
      'lifeOfAws',
      () => `${subscriptionId} is ${state}; by AWS's agreements it is ${expected}`,
    );
  }
  for (const { agreementId } of buyers.all)
    if (world.marketplace.agreement(agreementId).status === 'EXPIRED') world.count('contractEnded', agreementId);
  for (const buyer of buyers.known)
    if (buyers.isNetted(buyer.subscriptionId, NETTED_DIMENSION)) checkCovered(world, buyer);
}

/** A live agreement makes it active; otherwise it has ended or has not begun. */
function stateByAgreements(purchases: readonly Buyer[]): string {
  if (purchases.some(({ activatedAtMs, endedAtMs }) => activatedAtMs !== undefined && endedAtMs === undefined))
    return 'active';
  return purchases.some(({ endedAtMs }) => endedAtMs !== undefined) ? 'ended' : 'pending';
}
