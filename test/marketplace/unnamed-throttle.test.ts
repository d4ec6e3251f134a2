import {
  GetEntitlementsCommand,
  MarketplaceEntitlementServiceClient,
  MarketplaceEntitlementServiceServiceException,
} from '@aws-sdk/client-marketplace-entitlement-service';
import {
  BatchMeterUsageCommand,
  MarketplaceMeteringClient,
  MarketplaceMeteringServiceException,
  ResolveCustomerCommand,
} from '@aws-sdk/client-marketplace-metering';
import { expect, it } from 'vitest';
import { mockClient } from 'aws-sdk-client-mock';
import { AwsMeteringGateway } from '../../lambdas/shared/marketplace/batch-meter-usage';
import { AwsEntitlementGateway } from '../../lambdas/shared/marketplace/get-entitlements';
import { MarketplaceCustomerResolver } from '../../lambdas/shared/marketplace/resolve-customer';
import { aSealedRecord } from '../builders/a-sealed-record';

/** A load balancer of AWS answers 429 without a name that the SDK knows. */
const unnamed = { name: 'UnknownError', $fault: 'client', $metadata: { httpStatusCode: 429 }, message: '' } as const;
const client = new MarketplaceMeteringClient({ region: 'us-east-1' });
const entitlementClient = new MarketplaceEntitlementServiceClient({ region: 'us-east-1' });
const metering = mockClient(client);
const entitlements = mockClient(entitlementClient);

it.each([
  [
    'metering, so that the records are sent again and none counts as refused',
    async () => {
      metering.on(BatchMeterUsageCommand).rejects(new MarketplaceMeteringServiceException(unnamed));
      return new AwsMeteringGateway(client).batchMeterUsage([aSealedRecord().record]);
    },
  ],
  [
    'a registration, so that the buyer is asked to try again',
    async () => {
      metering.on(ResolveCustomerCommand).rejects(new MarketplaceMeteringServiceException(unnamed));
      return new MarketplaceCustomerResolver(client).resolve('token');
    },
  ],
  [
    'entitlements, so that the known ones stay',
    async () => {
      entitlements.on(GetEntitlementsCommand).rejects(new MarketplaceEntitlementServiceServiceException(unnamed));
      const owner = { kind: 'license', productCode: 'p', licenseArn: 'arn:l-1' } as const;
      return new AwsEntitlementGateway(entitlementClient, async () => undefined).getEntitlements(owner);
    },
  ],
])('takes a 429 without a known name for throttling of %s', async (_what, call) => {
  await expect(call()).resolves.toEqual({ outcome: 'throttled' });
});
