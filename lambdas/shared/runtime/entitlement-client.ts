import { MarketplaceEntitlementServiceClient } from '@aws-sdk/client-marketplace-entitlement-service';

/** Reads entitlements, in us-east-1 only. It tries three times, quickly; a failed check is postponed. */
export function createEntitlementClient(): MarketplaceEntitlementServiceClient {
  return new MarketplaceEntitlementServiceClient({
    region: 'us-east-1',
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });
}
