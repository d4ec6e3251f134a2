import { mintSubscriptionId, newSubscription, type Identity } from '../shared/domain/identity';
import { moveToLicense } from '../shared/domain/moving';
import {
  applyRegistration,
  asBuyerOfLicense,
  type RegisteredBuyer,
  type RegistrationResult,
} from '../shared/domain/registration';
import type { Subscription } from '../shared/domain/subscription';
import { toChange } from '../shared/domain/subscription-change';
import type { Clock } from '../shared/runtime/ports';
import type { Log } from '../shared/runtime/logger';
import type { SubscriptionStore } from '../shared/stores/subscriptions';

export interface StoreRegistrationDeps {
  subscriptions: Pick<SubscriptionStore, 'findByIdentity' | 'save'>;
  clock: Clock;
  sha256Hex(text: string): string;
  logger: Pick<Log, 'info'>;
}

/** Creates or completes the buyer's subscription, in one transaction with its new identities. */
export async function storeRegistration(
  registered: RegisteredBuyer,
  deps: StoreRegistrationDeps,
): Promise<RegistrationResult | 'conflict'> {
  const { subscriptions, sha256Hex, clock } = deps;
  const nowMs = clock.now();
  const nowIso = new Date(nowMs).toISOString();
  const known = await subscriptions.findByIdentity(registered.identity);
  const buyer = asBuyerOfLicense(registered, known, nowMs);
  const before = buyer === registered ? known : await subscriptions.findByIdentity(buyer.identity);
  const subscription = before ?? newSubscription(mintSubscriptionId(buyer.identity, sha256Hex), buyer.productCode);
  const result = applyRegistration(subscription, buyer, nowIso);
  if (result.outcome === 'refused') return result;
  const moved = await movedIfWanted(result.subscription, buyer, { ...deps, nowMs });
  const change = toChange(before, moved.subscription, nowIso);
  if (change === undefined) return result;
  const identities = [...(before === undefined ? [buyer.identity] : []), ...moved.identities];
  const saved = await subscriptions.save(change, { identities });
  return saved === 'conflict' ? 'conflict' : { ...result, subscription: change.after };
}

/** Moves a legacy customer to the licence that AWS returned, if the product is configured with `moveAtRegistration`. */
async function movedIfWanted(
  subscription: Subscription,
  { license, movesToLicense = false }: RegisteredBuyer,
  { subscriptions, logger, nowMs }: StoreRegistrationDeps & { nowMs: number },
): Promise<{ subscription: Subscription; identities: Identity[] }> {
  const asItIs = { subscription, identities: [] };
  if (license === undefined || !movesToLicense) return asItIs;
  const result = moveToLicense(subscription, license, nowMs);
  if (result.outcome !== 'moved') return asItIs;
  const { subscriptionId, licenseFrom } = result.subscription;
  const identity: Identity = { kind: 'license', licenseId: license.licenseId };
  // The licence has a subscription already. The customer is metered as before, and the registration succeeds.
  if ((await subscriptions.findByIdentity(identity)) !== undefined) return asItIs;
  logger.info('Customer moves to its licence', { messageCode: 'CUSTOMER_MOVES', subscriptionId, licenseFrom });
  return { subscription: result.subscription, identities: [identity] };
}
