import {
  DisabledApiException,
  ExpiredTokenException,
  InternalServiceErrorException,
  InvalidTokenException,
  MarketplaceMeteringClient,
  MarketplaceMeteringServiceException,
  ResolveCustomerCommand,
  ThrottlingException,
} from '@aws-sdk/client-marketplace-metering';
import { beforeEach, describe, expect, it } from 'vitest';
import { mockClient } from 'aws-sdk-client-mock';
import { MarketplaceCustomerResolver } from '../../lambdas/shared/marketplace/resolve-customer';
import { createRegistrationClient } from '../../lambdas/shared/runtime/marketplace-client';

const client = new MarketplaceMeteringClient({ region: 'us-east-1' });
const marketplace = mockClient(client);
const resolver = new MarketplaceCustomerResolver(client);

const details = { message: 'MARKER', $metadata: { httpStatusCode: 400 } };
const serviceError = (name: string, httpStatusCode = 400) =>
  new MarketplaceMeteringServiceException({ name, $fault: 'client', ...details, $metadata: { httpStatusCode } });

beforeEach(() => {
  marketplace.reset();
  marketplace.rejects(new Error('unexpected call'));
});

describe('MarketplaceCustomerResolver', () => {
  it("resolves the token as it was posted and returns AWS's fields", async () => {
    const answer = { ProductCode: 'p', CustomerAWSAccountId: '111122223333', LicenseArn: 'arn:l-1' };
    marketplace.on(ResolveCustomerCommand, { RegistrationToken: 'token+/=' }, true).resolves(answer);
    await expect(resolver.resolve('token+/=')).resolves.toEqual({
      outcome: 'resolved',
      customer: { productCode: 'p', customerAWSAccountId: '111122223333', licenseArn: 'arn:l-1' },
    });
  });

  it('treats an empty field of a customer as absent', async () => {
    marketplace.on(ResolveCustomerCommand).resolves({ ProductCode: 'p', CustomerIdentifier: 'c', LicenseArn: '' });
    const customer = { productCode: 'p', customerIdentifier: 'c' };
    await expect(resolver.resolve('token')).resolves.toEqual({ outcome: 'resolved', customer });
  });

  it('does not resolve a customer without a product', async () => {
    marketplace.on(ResolveCustomerCommand).resolves({ CustomerIdentifier: 'c' });
    const refused = { outcome: 'misconfigured', reason: 'ProductCodeMissing' };
    await expect(resolver.resolve('token')).resolves.toEqual(refused);
  });

  it.each([
    ['expiredToken', new ExpiredTokenException(details)],
    ['invalidToken', new InvalidTokenException(details)],
    ['invalidToken', serviceError('ValidationException')],
    ['throttled', new ThrottlingException(details)],
    ['unavailable', new InternalServiceErrorException(details)],
    ['unavailable', serviceError('UnknownError', 500)],
    ['unavailable', serviceError('ServiceUnavailable', 503)],
    ['unavailable', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })],
    ['unavailable', Object.assign(new Error('slow'), { name: 'TimeoutError' })],
    ['misconfigured', new DisabledApiException(details)],
    ['misconfigured', serviceError('AccessDeniedException')],
    ['misconfigured', serviceError('UnrecognizedClientException')],
  ])('returns %s for %s', async (outcome, error) => {
    marketplace.on(ResolveCustomerCommand).rejects(error);
    const result = await resolver.resolve('token');
    expect(result.outcome).toBe(outcome);
    expect(JSON.stringify(result)).not.toContain('MARKER');
  });

  it.each([
    ['a bug', new TypeError('a bug')],
    ['a bug whose code is no name of the network', new DOMException('a bug', 'DataCloneError')],
    ['what is no error', 'gone'],
  ])('throws %s', async (_what, thrown) => {
    marketplace.on(ResolveCustomerCommand).callsFake(() => Promise.reject(thrown));
    await expect(resolver.resolve('token')).rejects.toBe(thrown);
  });
});

describe('The client that resolves tokens', () => {
  it('resolves in us-east-1 and tries three times', async () => {
    const { config } = createRegistrationClient();
    await expect(config.region()).resolves.toBe('us-east-1');
    await expect(config.maxAttempts()).resolves.toBe(3);
  });
});
