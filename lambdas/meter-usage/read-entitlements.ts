import type { Product } from '../shared/contract/seller-configuration';
import type { Entitlements } from '../shared/domain/entitlements';
import type { Subscription } from '../shared/domain/subscription';
import type { EntitlementReader } from '../shared/stores/entitlements';

export interface ReadEntitlementsDeps {
  entitlements: EntitlementReader;
  products: ReadonlyMap<string, Product>;
}

/** The stored entitlements of subscriptions whose usage a contract may cover. Others are not read. */
export async function readEntitlements(
  subscriptions: Iterable<Subscription>,
  { entitlements, products }: ReadEntitlementsDeps,
): Promise<Map<string, Entitlements>> {
  const netted = [...subscriptions].filter(
    ({ productCode }) => products.get(productCode)?.pricingModel === 'contractWithConsumption',
  );
  return netted.length === 0
    ? new Map<string, Entitlements>()
    : entitlements.getMany(netted.map(({ subscriptionId }) => subscriptionId));
}
