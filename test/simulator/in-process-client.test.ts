import { afterEach, expect, it } from 'vitest';
import { BatchMeterUsageCommand, ResolveCustomerCommand, type UsageRecord } from '@aws-sdk/client-marketplace-metering';
import { inProcessMeteringClient } from '../../simulator';
import { aScene } from './a-marketplace';

const scene = aScene();
const client = inProcessMeteringClient(scene.marketplace);
afterEach(() => scene.marketplace.clearFaults());

const aRecord = (members: object = {}): UsageRecord => ({
  Timestamp: new Date(scene.clock.now() - 3_600_000),
  CustomerAWSAccountId: scene.buyer.accountId,
  LicenseArn: scene.agreement.licenseArn,
  Dimension: 'requests',
  ...members,
});

it('calls the rules through the SDK, which converts times and exceptions', async () => {
  const { Results } = await client.send(new BatchMeterUsageCommand({ UsageRecords: [aRecord({ Quantity: 3 })] }));

  expect(Results).toMatchObject([{ Status: 'Success', UsageRecord: { Timestamp: expect.any(Date), Quantity: 3 } }]);
  await expect(client.send(new ResolveCustomerCommand({ RegistrationToken: 'x' }))).rejects.toMatchObject({
    name: 'InvalidTokenException',
    $metadata: { httpStatusCode: 400 },
  });
});

it('times out when a call is dropped', async () => {
  scene.marketplace.plantFault({ kind: 'dropBeforeCommit', next: 1 });

  await expect(client.send(new BatchMeterUsageCommand({ UsageRecords: [] }))).rejects.toThrow('no response');
});
