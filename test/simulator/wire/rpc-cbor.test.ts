import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  GetEntitlementsCommand,
  InvalidParameterException,
  MarketplaceEntitlementServiceClient,
} from '@aws-sdk/client-marketplace-entitlement-service';
import { cbor, SmithyRpcV2CborProtocol } from '@smithy/core/cbor';
import { buy, startMarketplace, type RunningMarketplace } from '../../../simulator';
import { aProduct } from '../a-marketplace';

let running: RunningMarketplace;
let client: MarketplaceEntitlementServiceClient;
beforeAll(async () => {
  running = await startMarketplace();
  running.marketplace.addProduct(aProduct({ pricingModel: 'contract' }));
  client = new MarketplaceEntitlementServiceClient({
    endpoint: running.endpoint,
    maxAttempts: 1,
    protocol: SmithyRpcV2CborProtocol,
  });
});
afterAll(async () => {
  client.destroy();
  await running.stop();
});

it('answers GetEntitlements from an SDK that uses CBOR', async () => {
  const { accountId } = buy(running.marketplace, {
    productCode: 'analytics',
    entitlements: [{ dimension: 'storage', value: { IntegerValue: 40 } }],
    endsAtMs: Date.parse('2100-01-01T00:00:00Z'),
  });

  const { Entitlements } = await client.send(
    new GetEntitlementsCommand({ ProductCode: 'analytics', Filter: { CUSTOMER_AWS_ACCOUNT_ID: [accountId] } }),
  );

  expect(Entitlements).toMatchObject([
    { Value: { IntegerValue: 40 }, ExpirationDate: new Date('2100-01-01T00:00:00Z') },
  ]);
});

it('answers DescribeAgreement in CBOR, with tagged times', async () => {
  const { agreementId } = buy(running.marketplace, { productCode: 'analytics', endsAtMs: Date.UTC(2100, 0) });
  const response = await fetch(
    `${running.endpoint}/service/AWSMPCommerceService_v20200301/operation/DescribeAgreement`,
    {
      method: 'POST',
      headers: { authorization: 'AWS4-HMAC-SHA256 x', 'content-type': 'application/cbor' },
      body: Buffer.from(cbor.serialize({ agreementId })),
    },
  );

  expect(cbor.deserialize(new Uint8Array(await response.arrayBuffer()))).toMatchObject({
    agreementId,
    endTime: { tag: 1, value: Date.UTC(2100, 0) / 1000 },
  });
});

it('returns exceptions in CBOR by type', async () => {
  await expect(client.send(new GetEntitlementsCommand({ ProductCode: 'unknown' }))).rejects.toThrow(
    InvalidParameterException,
  );
});

it('closes the connection without a response when a CBOR call is dropped', async () => {
  running.marketplace.plantFault({ kind: 'dropBeforeCommit', next: 1 });

  await expect(client.send(new GetEntitlementsCommand({ ProductCode: 'analytics' }))).rejects.toThrow();
});

it.each<[string, { signed: string; operation: string; status?: number }, string]>([
  ['an unsigned request', { signed: '', operation: 'GetEntitlements', status: 403 }, 'MissingAuthenticationToken'],
  ['an unknown operation', { signed: 'AWS4-HMAC-SHA256 x', operation: 'Nothing' }, 'UnknownOperationException'],
  ['a malformed body', { signed: 'AWS4-HMAC-SHA256 x', operation: 'GetEntitlements' }, 'SerializationException'],
])('refuses %s in CBOR', async (_, { signed, operation, status = 400 }, type) => {
  const response = await fetch(`${running.endpoint}/service/AWSMPEntitlementService/operation/${operation}`, {
    method: 'POST',
    headers: { authorization: signed, 'content-type': 'application/cbor' },
    body: Buffer.from([0x9f, 0x61]),
  });

  expect([response.status, response.headers.get('smithy-protocol')]).toEqual([status, 'rpc-v2-cbor']);
  expect(cbor.deserialize(new Uint8Array(await response.arrayBuffer()))).toMatchObject({ __type: type });
});
