import { MarketplaceAgreementClient } from '@aws-sdk/client-marketplace-agreement';

/** Reads agreements, in us-east-1 only. It tries twice, quickly; a failed check is postponed. */
export function createAgreementClient(): MarketplaceAgreementClient {
  return new MarketplaceAgreementClient({
    region: 'us-east-1',
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });
}
