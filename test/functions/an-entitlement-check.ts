import { MarketplaceAgreementClient } from '@aws-sdk/client-marketplace-agreement';
import { MarketplaceEntitlementServiceClient } from '@aws-sdk/client-marketplace-entitlement-service';
import { createDependencies } from '../../lambdas/refresh-entitlements/dependencies';
import { refreshChanged } from '../../lambdas/refresh-entitlements/refresh-entitlements';
import type { Product } from '../../lambdas/shared/contract/seller-configuration';
import type { Entitlement } from '../../lambdas/shared/domain/entitlements';
import type { Subscription } from '../../lambdas/shared/domain/subscription';
import type {
  EntitlementGateway,
  EntitlementOwner,
  GetEntitlementsResult,
} from '../../lambdas/shared/marketplace/get-entitlements';
import { memoryPorts } from '../../proofs/stand-ins/function-ports';
import { TABLE_NAMES } from '../../local/dynamodb/memory-dynamodb';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { aProduct, PRODUCT_CODE } from '../builders/a-payer';
import { aSellerConfiguration } from '../../proofs/stand-ins/a-seller';
import { aSubscription } from '../builders/a-subscription';
import { SettableClock } from '../fakes/settable-clock';

export const NOW_MS = Date.parse('2026-11-02T09:20:00Z');

/** refresh-entitlements of one product on tables in memory, what AWS answers, and what it was asked. */
export function givenVerb(product: Partial<Product> = {}) {
  const tables = new MemoryTables();
  const clock = new SettableClock(NOW_MS);
  const asked: EntitlementOwner[] = [];
  const failures: unknown[] = [];
  let answer: (owner: EntitlementOwner) => GetEntitlementsResult | Promise<GetEntitlementsResult>;
  const marketplace: EntitlementGateway = {
    getEntitlements: async (owner) => {
      asked.push(owner);
      return answer(owner);
    },
  };
  const ports = {
    ...memoryPorts(tables, { nowMs: NOW_MS }),
    clock,
    sleep: clock.sleep,
    noteFailure: (error: unknown) => void failures.push(error),
    entitlementService: new MarketplaceEntitlementServiceClient(),
    agreementService: new MarketplaceAgreementClient(),
  };
  const products = [aProduct({ pricingModel: 'contract', ...product })];
  const config = { tables: TABLE_NAMES, configuration: { ...aSellerConfiguration(), products } };
  const wired = createDependencies(ports, config, { remainingMs: Infinity });
  const deps = { ...wired, marketplace };
  const { entitlements } = deps;
  const answers = (next: typeof answer) => {
    answer = next;
  };
  const lists = (...listed: Entitlement[]) => answers(() => ({ outcome: 'read', entitlements: listed }));
  lists();
  const known = async ({ subscriptionId }: Subscription) =>
    (await entitlements.getMany([subscriptionId])).get(subscriptionId);
  const given = (overrides: Partial<Subscription> = {}) =>
    tables.given(aSubscription({ productCode: PRODUCT_CODE, ...overrides }));
  const changed = async (subscription: Subscription, oldImage?: Subscription) =>
    refreshChanged(
      [{ sequenceNumber: '1', newImage: { ...subscription }, ...(oldImage && { oldImage: { ...oldImage } }) }],
      deps,
    );
  const { counters, entitlementService } = ports;
  const told = { asked, failures, counters };
  return { ...told, tables, known, clock, wired, entitlementService, deps, answers, lists, given, changed };
}
