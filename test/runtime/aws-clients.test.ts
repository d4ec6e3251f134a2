import { describe, expect, it } from 'vitest';
import { createAgreementClient } from '../../lambdas/shared/runtime/agreement-client';
import { createDocumentClient } from '../../lambdas/shared/runtime/dynamodb-client';
import { createSqsClient } from '../../lambdas/shared/runtime/ending-reminders';
import { createEntitlementClient } from '../../lambdas/shared/runtime/entitlement-client';
import { createEventBridgeClient } from '../../lambdas/shared/runtime/event-bus';
import { createMeteringClient, createRegistrationClient } from '../../lambdas/shared/runtime/marketplace-client';

interface Client {
  config: { maxAttempts(): Promise<number>; requestHandler: object };
}

const CLIENTS: [
  name: string,
  create: () => Client,
  attempts: number,
  timeouts: [connection: number, answer: number],
][] = [
  ['metering', createMeteringClient, 1, [3_000, 20_000]],
  ['registration', createRegistrationClient, 3, [2_000, 5_000]],
  ['entitlements', createEntitlementClient, 3, [2_000, 5_000]],
  ['agreements', createAgreementClient, 2, [2_000, 5_000]],
  ['reminders', createSqsClient, 3, [2_000, 5_000]],
  ['notices', createEventBridgeClient, 3, [2_000, 5_000]],
];

describe('the clients of AWS', () => {
  it.each(CLIENTS)('the client for %s tries as often and waits as long as its function can', async (...row) => {
    const [, create, attempts, [connectionTimeout, requestTimeout]] = row;
    const { maxAttempts, requestHandler } = create().config;
    expect(await maxAttempts()).toBe(attempts);
    // Without `throwOnRequestTimeout` the SDK only logs that the time is up, and waits on.
    const settings: unknown = await Reflect.get(requestHandler, 'configProvider');
    expect(settings).toMatchObject({ connectionTimeout, requestTimeout, throwOnRequestTimeout: true });
  });

  it('the client of the tables tries four times, which is the only layer of retries', async () => {
    expect(await createDocumentClient().config.maxAttempts()).toBe(4);
  });
});
