import { MarketplaceMeteringClient } from '@aws-sdk/client-marketplace-metering';

/**
 * The client that resolves registration tokens. A buyer waits in the browser and API Gateway's timeout is 30 s, so it
 * tries three times with 5 s each. This is the only retry layer.
 */
export function createRegistrationClient(): MarketplaceMeteringClient {
  return new MarketplaceMeteringClient({
    // AWS Marketplace resolves tokens in the stack's region, which is always us-east-1.
    region: 'us-east-1',
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });
}

/**
 * The client that meters. It does not retry: every attempt counts against the quota and has its own answer, so
 * `sendRecords` retries (the only retry layer). The region is fixed, because AWS deduplicates records per region.
 */
export function createMeteringClient(): MarketplaceMeteringClient {
  return new MarketplaceMeteringClient({
    region: 'us-east-1',
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 20_000, throwOnRequestTimeout: true },
  });
}
