import { createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  GetEntitlementsCommand,
  MarketplaceEntitlementServiceClient,
} from '@aws-sdk/client-marketplace-entitlement-service';
import {
  BatchMeterUsageCommand,
  MarketplaceMeteringClient,
  ResolveCustomerCommand,
  TimestampOutOfBoundsException,
} from '@aws-sdk/client-marketplace-metering';
import { buy, startMarketplace, type RunningMarketplace } from '../../../simulator';
import { aProduct, HOUR } from '../a-marketplace';

let running: RunningMarketplace;
let metering: MarketplaceMeteringClient;
let entitlement: MarketplaceEntitlementServiceClient;

beforeAll(async () => {
  running = await startMarketplace();
  running.marketplace.addProduct(aProduct({ pricingModel: 'contractWithConsumption' }));
  const { endpoint } = running;
  metering = new MarketplaceMeteringClient({ endpoint, maxAttempts: 1 });
  entitlement = new MarketplaceEntitlementServiceClient({ endpoint, maxAttempts: 1 });
});
afterAll(async () => {
  metering.destroy();
  entitlement.destroy();
  await running.stop();
});
beforeEach(() => running.marketplace.clearFaults());

const aPurchase = () =>
  buy(running.marketplace, {
    productCode: 'analytics',
    entitlements: [{ dimension: 'storage', value: { DoubleValue: 2.5 } }],
    endsAtMs: Date.parse('2100-01-01T00:00:00Z'),
  });

function aUsageRecord() {
  const { accountId, licenseArn } = aPurchase();
  return {
    Timestamp: new Date(running.clock.now()),
    CustomerAWSAccountId: accountId,
    LicenseArn: licenseArn,
    Dimension: 'requests',
    Quantity: 3,
  };
}

it('resolves a customer with the AWS SDK', async () => {
  const { agreementId, accountId, licenseArn } = aPurchase();
  const { token: RegistrationToken } = running.marketplace.issueToken(agreementId);

  const answer = await metering.send(new ResolveCustomerCommand({ RegistrationToken }));

  expect(answer).toMatchObject({ CustomerAWSAccountId: accountId, LicenseArn: licenseArn, ProductCode: 'analytics' });
  expect(answer.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
});

it('meters usage allocations with the AWS SDK and returns the record', async () => {
  const record = {
    ...aUsageRecord(),
    UsageAllocations: [{ AllocatedUsageQuantity: 3, Tags: [{ Key: 'Team', Value: 'blue' }] }],
  };

  const { Results } = await metering.send(new BatchMeterUsageCommand({ UsageRecords: [record] }));

  expect(Results).toEqual([
    { Status: 'Success', MeteringRecordId: expect.any(String), UsageRecord: expect.objectContaining(record) },
  ]);
});

it('gets entitlements with the AWS SDK', async () => {
  const { accountId } = aPurchase();

  const { Entitlements } = await entitlement.send(
    new GetEntitlementsCommand({ ProductCode: 'analytics', Filter: { CUSTOMER_AWS_ACCOUNT_ID: [accountId] } }),
  );

  expect(Entitlements).toMatchObject([
    { Value: { DoubleValue: 2.5 }, ExpirationDate: new Date('2100-01-01T00:00:00Z') },
  ]);
});

it('makes the AWS SDK throw exceptions by type', async () => {
  const record = { ...aUsageRecord(), Timestamp: new Date(running.clock.now() + HOUR) };

  await expect(metering.send(new BatchMeterUsageCommand({ UsageRecords: [record] }))).rejects.toThrow(
    TimestampOutOfBoundsException,
  );
});

it('bills once when the AWS SDK retries after a dropped response', async () => {
  const retrying = new MarketplaceMeteringClient({ endpoint: running.endpoint, maxAttempts: 2 });
  const record = aUsageRecord();
  running.marketplace.plantFault({ kind: 'dropAfterCommit', next: 1 });

  const { Results } = await retrying.send(new BatchMeterUsageCommand({ UsageRecords: [record] }));
  retrying.destroy();

  expect(Results?.[0]?.Status).toBe('Success');
  expect(running.marketplace.ledger().filter(({ licenseArn }) => licenseArn === record.LicenseArn)).toHaveLength(1);
});

it('returns an internal error to the AWS SDK with status 500', async () => {
  running.marketplace.plantFault({ kind: 'errorBeforeCommit', next: 1 });

  await expect(metering.send(new BatchMeterUsageCommand({ UsageRecords: [] }))).rejects.toMatchObject({
    name: 'InternalServiceErrorException',
    $fault: 'server',
    $metadata: { httpStatusCode: 500 },
  });
});

const SIGNED = {
  authorization: 'AWS4-HMAC-SHA256 Credential=test/20261115/us-east-1/aws-marketplace/aws4_request',
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': 'AWSMPMeteringService.BatchMeterUsage',
};
const post = async (body: string, headers: Record<string, string>) => {
  const response = await fetch(running.endpoint, { method: 'POST', body, headers });
  const parsed: unknown = await response.json();
  return { status: response.status, headers: response.headers, body: parsed };
};

it('answers in AWS JSON 1.1 with a request id', async () => {
  const { status, headers, body } = await post('{"UsageRecords":[]}', SIGNED);

  expect([status, headers.get('content-type')]).toEqual([200, 'application/x-amz-json-1.1']);
  expect(headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
  expect(body).toEqual({ Results: [], UnprocessedRecords: [] });
});

it.each<[string, { body?: string; headers?: Record<string, string>; status?: number }, string]>([
  ['an unsigned request', { headers: { authorization: '' }, status: 403 }, 'MissingAuthenticationToken'],
  ['an unknown operation', { headers: { 'x-amz-target': 'AWSMPMeteringService.No' } }, 'UnknownOperationException'],
  [
    'an operation of another service',
    { headers: { 'x-amz-target': 'AWSMPMeteringService.GetEntitlements' } },
    'UnknownOperationException',
  ],
  ['a body that is not JSON', { body: '{"UsageRecords":' }, 'SerializationException'],
  ['no body', { body: '' }, 'SerializationException'],
  ['a body that nests deeper than a stack', { body: `${'['.repeat(1e5)}${']'.repeat(1e5)}` }, 'SerializationException'],
  ['a list for a structure', { body: '[]' }, 'SerializationException'],
  ['a missing member', { body: '{}' }, 'ValidationException'],
  ['1 MB', { body: `{"UsageRecords":[]${' '.repeat(1024 * 1024)}}`, status: 413 }, 'RequestEntityTooLargeException'],
])('refuses %s in AWS JSON', async (_, { body = '{}', headers, status = 400 }, type) => {
  const answer = await post(body, { ...SIGNED, ...headers });

  expect(answer).toMatchObject({ status, body: { __type: type, message: expect.any(String) } });
  expect(answer.headers.get('x-amzn-requestid')).not.toBeNull();
});

it('answers the Agreement service in AWS JSON 1.0', async () => {
  const { agreementId } = aPurchase();
  const json10 = { ...SIGNED, 'content-type': 'application/x-amz-json-1.0' };
  const describe = (body: object) =>
    post(JSON.stringify(body), { ...json10, 'x-amz-target': 'AWSMPCommerceService_v20200301.DescribeAgreement' });

  const { headers, body } = await describe({ agreementId });
  expect([headers.get('content-type'), body]).toMatchObject(['application/x-amz-json-1.0', { agreementId }]);
  expect(await describe({ agreementId: 'agmt-none' })).toMatchObject({
    status: 400,
    body: { __type: 'ResourceNotFoundException', resourceId: 'agmt-none', resourceType: 'Agreement' },
  });
});

it('closes the connection without a response when a JSON call is dropped', async () => {
  running.marketplace.plantFault({ kind: 'dropBeforeCommit', next: 1 });

  await expect(post('{"UsageRecords":[]}', SIGNED)).rejects.toThrow();
});

it('listens on the loopback only', async () => {
  // If the simulator listened on every interface, the port would be in use on another address, too.
  const { port } = new URL(running.endpoint);
  const neighbour = createServer();
  const problem = await new Promise<string | undefined>((resolve) => {
    neighbour.once('error', (error) => resolve('code' in error ? String(error.code) : error.message));
    neighbour.listen(Number(port), '127.0.0.2', () => resolve(undefined));
  });
  neighbour.close();

  expect(problem).not.toBe('EADDRINUSE');
});
