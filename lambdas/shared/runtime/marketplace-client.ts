import { MarketplaceMeteringClient } from '@aws-sdk/client-marketplace-metering';

/**
 * The client that resolves registration tokens. A buyer is waiting in front of the browser and API Gateway hangs up after
 * 30 s, so it tries three times and gives each try 5 s. This is the one retry layer.
 */
export function createRegistrationClient(): MarketplaceMeteringClient {
  return new MarketplaceMeteringClient({
    // AWS Marketplace resolves where the stack runs, and the stack runs in us-east-1 only.
    region: 'us-east-1',
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });
}

/**
 * The client that meters. It tries once: every try takes a place in the quota and has an answer of its own, so trying
 * again is the verb's (the one retry layer). Always the same region: AWS deduplicates records per region.
 */
export function createMeteringClient(): MarketplaceMeteringClient {
  return new MarketplaceMeteringClient({
    region: 'us-east-1',
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 20_000, throwOnRequestTimeout: true },
  });
}
