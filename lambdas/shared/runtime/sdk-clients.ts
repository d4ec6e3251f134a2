import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { MarketplaceEntitlementServiceClient } from '@aws-sdk/client-marketplace-entitlement-service';
import { MarketplaceMeteringClient } from '@aws-sdk/client-marketplace-metering';
import { DynamoDBDocumentClient, NumberValue, type TranslateConfig } from '@aws-sdk/lib-dynamodb';

/** Reads numbers as `NumberValue`, which keeps the text: a quantity such as 0.1 has no exact JavaScript number. */
export const DOCUMENT_TRANSLATION: TranslateConfig = {
  marshallOptions: { removeUndefinedValues: true },
  unmarshallOptions: { wrapNumbers: (value) => NumberValue.from(value) },
};

/** The document client of every store. Only this client retries (one retry layer per hop). */
export function createDocumentClient(): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 4 }), DOCUMENT_TRANSLATION);
}

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
 * The client that meters. It does not retry: every attempt counts against the quota and has its own answer, so the verb
 * retries (the only retry layer). The region is fixed, because AWS deduplicates records per region.
 */
export function createMeteringClient(): MarketplaceMeteringClient {
  return new MarketplaceMeteringClient({
    region: 'us-east-1',
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 20_000, throwOnRequestTimeout: true },
  });
}

/** Reads entitlements, in us-east-1 only. It tries three times, quickly; a failed check is postponed. */
export function createEntitlementClient(): MarketplaceEntitlementServiceClient {
  return new MarketplaceEntitlementServiceClient({
    region: 'us-east-1',
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });
}
