import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAgreementClient } from '../../lambdas/shared/runtime/agreement-client';
import { createEntitlementClient } from '../../lambdas/shared/runtime/entitlement-client';
import { createMeteringClient, createRegistrationClient } from '../../lambdas/shared/runtime/marketplace-client';

describe('the clients of AWS Marketplace', () => {
  it('a metering client sends each call once, so that every attempt is counted and its answer is kept', async () => {
    const client = createMeteringClient();
    expect(await client.config.maxAttempts()).toBe(1);
  });

  it('a registration client tries three times', async () => {
    const client = createRegistrationClient();
    expect(await client.config.maxAttempts()).toBe(3);
  });

  describe('in a stack of another region', () => {
    const deployedIn = process.env.AWS_REGION;
    beforeEach(() => {
      process.env.AWS_REGION = 'eu-west-1';
    });
    afterEach(() => {
      if (deployedIn === undefined) delete process.env.AWS_REGION;
      else process.env.AWS_REGION = deployedIn;
    });

    it.each([
      ['metering', createMeteringClient],
      ['registration', createRegistrationClient],
      ['entitlement', createEntitlementClient],
      ['agreement', createAgreementClient],
    ])('the %s client still calls us-east-1', async (_name, create) => {
      expect(await create().config.region()).toBe('us-east-1');
    });
  });
});
