import { BatchMeterUsageCommand, MarketplaceMeteringClient } from '@aws-sdk/client-marketplace-metering';
import { describe, expect, it } from 'vitest';
import { mockClient } from 'aws-sdk-client-mock';
import { isClientFault, isThrottle } from '../../lambdas/shared/marketplace/aws-errors';
import { AwsMeteringGateway } from '../../lambdas/shared/marketplace/batch-meter-usage';
import { aSealedRecord } from '../builders/a-sealed-record';

describe('a throttled request', () => {
  it.each(['ThrottlingException', 'Throttling', 'TooManyRequestsException', 'RequestLimitExceeded'])(
    'is known by the name %s, whatever its status',
    (name) => {
      for (const status of [400, 429, 503, undefined]) expect(isThrottle(name, status)).toBe(true);
    },
  );

  it.each([
    ['UnknownError', 429, true],
    ['UnknownError', 400, false],
    ['', 400, false],
    ['ServiceUnavailable', 503, false],
    ['TimeoutError', undefined, false],
  ])('is known by its status, if its name is %p and its status %p: %p', (name, status, throttled) => {
    expect(isThrottle(name, status)).toBe(throttled);
  });
});

describe('a request that AWS refused as invalid', () => {
  it.each([400, 403, 404, 422, 499])('had no effect, if its status is %i', (status) => {
    expect(isClientFault(status)).toBe(true);
  });

  it.each([undefined, 200, 302, 399, 408, 500, 503])('may have had an effect, if its status is %p', (status) => {
    expect(isClientFault(status)).toBe(false);
  });
});

describe('a fault of the account', () => {
  const client = new MarketplaceMeteringClient({ region: 'us-east-1' });
  const metering = mockClient(client);

  it.each([
    'AccessDeniedException',
    'AuthFailure',
    'CredentialsProviderError',
    'DisabledApiException',
    'ExpiredTokenException',
    'IncompleteSignatureException',
    'InvalidAccessKeyId',
    'InvalidEndpointRegionException',
    'InvalidProductCodeException',
    'InvalidSignatureException',
    'MissingAuthenticationTokenException',
    'NotAuthorized',
    'OptInRequired',
    'RequestInTheFuture',
    'RequestTimeTooSkewed',
    'TokenProviderError',
    'UnauthorizedOperation',
    'UnrecognizedClientException',
  ])('%s is not taken for a fault of the records, which would be sent one by one', async (name) => {
    metering.on(BatchMeterUsageCommand).rejects(Object.assign(new Error('no'), { name }));
    const result = await new AwsMeteringGateway(client).batchMeterUsage([aSealedRecord().record]);
    expect(result).toEqual({ outcome: 'misconfigured', reason: name });
  });
});
