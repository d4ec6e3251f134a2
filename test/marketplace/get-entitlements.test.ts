import {
  GetEntitlementsCommand,
  MarketplaceEntitlementServiceClient,
  MarketplaceEntitlementServiceServiceException,
  type Entitlement,
} from '@aws-sdk/client-marketplace-entitlement-service';
import { beforeEach, describe, expect, it } from 'vitest';
import { mockClient } from 'aws-sdk-client-mock';
import { shownValue } from '../../lambdas/shared/domain/entitlements';
import { AwsEntitlementGateway } from '../../lambdas/shared/marketplace/get-entitlements';
import { createEntitlementClient } from '../../lambdas/shared/runtime/entitlement-client';

const client = new MarketplaceEntitlementServiceClient({ region: 'us-east-1' });
const marketplace = mockClient(client);
let calls = 0;
const gateway = new AwsEntitlementGateway(client, async () => {
  calls += 1;
});
const licenseArn = 'arn:aws:license-manager::294406891311:license:l-1';
const LICENSE = { kind: 'license', productCode: 'p', licenseArn } as const;
const CUSTOMER = { kind: 'legacyCustomer', productCode: 'p', customerIdentifier: 'c-1' } as const;
const failure = (name: string, httpStatusCode: number) =>
  new MarketplaceEntitlementServiceServiceException({
    name,
    message: 'MARKER',
    $metadata: { httpStatusCode },
    $fault: httpStatusCode >= 500 ? 'server' : 'client',
  });
const entitlement = (dimension: string, more: Partial<Entitlement> = {}): Entitlement => ({
  Dimension: dimension,
  Value: { IntegerValue: 1 },
  ...more,
});
async function read(...entitlements: Entitlement[]) {
  marketplace.on(GetEntitlementsCommand).resolves({ Entitlements: entitlements });
  const answer = await gateway.getEntitlements(LICENSE);
  if (answer.outcome !== 'read') throw new Error(JSON.stringify(answer));
  return answer.entitlements;
}

beforeEach(() => {
  calls = 0;
  marketplace.reset();
  marketplace.rejects(new Error('unexpected call'));
});

describe('AwsEntitlementGateway', () => {
  it('reads entitlements of a licence, and of a customer of an older product', async () => {
    const request = { ProductCode: 'p', MaxResults: 25, NextToken: undefined };
    marketplace
      .on(GetEntitlementsCommand, { ...request, Filter: { LICENSE_ARN: [licenseArn] } }, true)
      .resolves({})
      .on(GetEntitlementsCommand, { ...request, Filter: { CUSTOMER_IDENTIFIER: ['c-1'] } }, true)
      .resolves({ Entitlements: [] });
    for (const owner of [LICENSE, CUSTOMER]) {
      await expect(gateway.getEntitlements(owner)).resolves.toEqual({ outcome: 'read', entitlements: [] });
    }
  });

  it('reads entitlements until a page has no token, and takes a slot of the quota for each page', async () => {
    marketplace
      .on(GetEntitlementsCommand)
      .resolvesOnce({ Entitlements: [], NextToken: '1' })
      .resolvesOnce({ NextToken: '2' })
      .resolvesOnce({ Entitlements: [entitlement('a')], NextToken: '3' })
      .resolves({ Entitlements: [entitlement('b')] });
    await expect(gateway.getEntitlements(LICENSE)).resolves.toMatchObject({
      outcome: 'read',
      entitlements: [{ dimension: 'a' }, { dimension: 'b' }],
    });
    const tokens = marketplace.commandCalls(GetEntitlementsCommand).map(({ args }) => args[0].input.NextToken);
    expect(tokens).toEqual([undefined, '1', '2', '3']);
    expect(calls).toBe(4);
  });

  it('stops reading entitlements after too many pages', async () => {
    marketplace.on(GetEntitlementsCommand).resolves({ Entitlements: [], NextToken: 'again' });
    const reason = 'more than 400 pages';
    await expect(gateway.getEntitlements(LICENSE)).resolves.toEqual({ outcome: 'unreadable', reason });
    expect(calls).toBe(400);
  });

  it('reads every kind of entitlement value, with the digits AWS wrote', async () => {
    const values = [{ IntegerValue: 0 }, { DoubleValue: 0.1 }, { BooleanValue: false }, { StringValue: '' }];
    const found = await read(...values.map((Value, index) => entitlement(`${index}`, { Value })));
    expect(found.map(({ value }) => [value.kind, shownValue(value)])).toEqual([
      ['integer', '0'],
      ['double', '0.1'],
      ['boolean', false],
      ['string', ''],
    ]);
  });

  it('reads the expiration of an entitlement', async () => {
    const ExpirationDate = new Date('2027-01-01T00:00:00Z');
    expect(await read(entitlement('a', { ExpirationDate }))).toMatchObject([{ expiresAt: '2027-01-01T00:00:00.000Z' }]);
  });

  it("leaves out what is named as another licence's, in whatever shape its ARN comes, or another product's", async () => {
    const found = await read(
      entitlement('mine', { LicenseArn: 'aws:license-manager::294406891311:license/l-1', ProductCode: 'p' }),
      entitlement('other', { LicenseArn: 'arn:aws:license-manager::294406891311:license:l-2' }),
      entitlement('other', { ProductCode: 'q' }),
    );
    expect(found.map(({ dimension }) => dimension)).toEqual(['mine']);
  });

  it("leaves out what is named as another customer's of an older product", async () => {
    marketplace.on(GetEntitlementsCommand).resolves({
      Entitlements: [
        entitlement('mine', { CustomerIdentifier: 'c-1', LicenseArn: 'arn:aws:license-manager::1:license:l-1' }),
        entitlement('unnamed'),
        entitlement('other', { CustomerIdentifier: 'c-2' }),
      ],
    });
    await expect(gateway.getEntitlements(CUSTOMER)).resolves.toMatchObject({
      entitlements: [{ dimension: 'mine' }, { dimension: 'unnamed' }],
    });
  });

  it.each([
    ['value', entitlement('a', { Value: undefined })],
    ['value', entitlement('a', { Value: {} })],
    ['value', entitlement('a', { Value: { IntegerValue: 1, DoubleValue: 2 } })],
    ['value', entitlement('a', { Value: { IntegerValue: 1.5 } })],
    ['expiration', entitlement('a', { ExpirationDate: new Date(NaN) })],
    ['dimension', entitlement('')],
  ])('reports an entitlement with an invalid %s as unreadable', async (what, unreadable) => {
    marketplace.on(GetEntitlementsCommand).resolves({ Entitlements: [entitlement('b'), unreadable] });
    const reason = expect.stringContaining(what);
    await expect(gateway.getEntitlements(LICENSE)).resolves.toEqual({ outcome: 'unreadable', reason });
  });

  it.each([
    [failure('ThrottlingException', 400), { outcome: 'throttled' }],
    [failure('InternalServiceErrorException', 500), { outcome: 'unavailable' }],
    [failure('InternalServiceErrorException', 400), { outcome: 'unavailable' }],
    [Object.assign(new Error('MARKER'), { name: 'TimeoutError' }), { outcome: 'unavailable' }],
    [Object.assign(new Error('MARKER'), { code: 'ECONNRESET' }), { outcome: 'unavailable' }],
    [failure('InvalidParameterException', 400), { outcome: 'misconfigured', reason: 'InvalidParameterException' }],
    [failure('AccessDeniedException', 400), { outcome: 'misconfigured', reason: 'AccessDeniedException' }],
  ])('never returns a failure as an empty list, on whichever page: %s', async (error, expected) => {
    marketplace.on(GetEntitlementsCommand).rejects(error);
    await expect(gateway.getEntitlements(LICENSE)).resolves.toEqual(expected);
    marketplace.on(GetEntitlementsCommand).resolvesOnce({ NextToken: '1' }).rejects(error);
    await expect(gateway.getEntitlements(LICENSE)).resolves.toEqual(expected);
  });

  it('passes on a failure that is no error', async () => {
    marketplace.on(GetEntitlementsCommand).callsFake(() => Promise.reject('gone'));
    await expect(gateway.getEntitlements(LICENSE)).rejects.toBe('gone');
  });
});

describe('The client for entitlements', () => {
  it('reads entitlements in us-east-1, wherever it runs', async () => {
    await expect(createEntitlementClient().config.region()).resolves.toBe('us-east-1');
  });
});
