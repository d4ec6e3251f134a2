import { DescribeAgreementCommand, MarketplaceAgreementClient } from '@aws-sdk/client-marketplace-agreement';
import { afterEach, describe, expect, it } from 'vitest';
import { AwsAgreementGateway } from '../../lambdas/shared/marketplace/describe-agreement';
import { aWire } from './a-wire';
import { SimulatedClock, startMarketplace, type FaultKind, type RunningMarketplace } from '../../simulator';

const NOW_MS = Date.parse('2026-11-02T10:00:00Z');
const END_MS = NOW_MS + 90 * 86_400_000;
const TRIAL_END_MS = NOW_MS + 14 * 86_400_000;

let simulator: RunningMarketplace | undefined;
let client: MarketplaceAgreementClient | undefined;

afterEach(stop);

async function stop(): Promise<void> {
  client?.destroy();
  await simulator?.stop();
}

/** AWS Marketplace on the loopback with one free trial, the SDK's client and the gateway. */
async function given(terms: { endsAtMs?: number; autoRenew?: boolean } = {}) {
  simulator = await startMarketplace({ clock: new SimulatedClock({ standsAtMs: NOW_MS }) });
  const { marketplace, endpoint } = simulator;
  marketplace.addProduct({
    productCode: 'p',
    name: 'P',
    identityMode: 'license',
    pricingModel: 'subscription',
    dimensions: ['d'],
  });
  const { offerId } = marketplace.freeTrialOffer('p');
  const { accountId } = marketplace.addBuyer();
  const { agreementId } = marketplace.subscribe({ accountId, offerId, trialEndsAtMs: TRIAL_END_MS, ...terms });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new MarketplaceAgreementClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  return { marketplace, client, gateway: new AwsAgreementGateway(client), agreementId, offerId };
}

describe('DescribeAgreement', () => {
  it('reads offer, end, free trial and renewal', async () => {
    const { gateway, agreementId, offerId } = await given({ endsAtMs: END_MS, autoRenew: true });
    expect(await gateway.describeAgreement(agreementId)).toEqual({
      outcome: 'read',
      terms: {
        offerId,
        endsAt: new Date(END_MS).toISOString(),
        freeTrialEndsAt: new Date(TRIAL_END_MS).toISOString(),
        autoRenewal: true,
      },
    });
  });

  it('leaves out what AWS does not name, and reads an opted-out renewal', async () => {
    const endless = await given();
    const read = await endless.gateway.describeAgreement(endless.agreementId);
    expect(read).toMatchObject({ outcome: 'read', terms: { offerId: endless.offerId } });
    expect('terms' in read && Object.keys(read.terms)).toEqual(['offerId', 'freeTrialEndsAt']);
    await stop();
    const expiring = await given({ endsAtMs: END_MS, autoRenew: false });
    expect(await expiring.gateway.describeAgreement(expiring.agreementId)).toMatchObject({
      terms: { autoRenewal: false },
    });
  });

  it.each([{}, { proposalSummary: {}, freeTrialSummary: {}, endTimeBehavior: { type: 'CONVERT' } }])(
    'leaves out everything that the answer %j does not say',
    async (body) => {
      const wire = await aWire(() => ({ body }));
      client = new MarketplaceAgreementClient(wire.config);
      const read = await new AwsAgreementGateway(client).describeAgreement('agmt-1');
      await wire.close();
      expect(read).toStrictEqual({ outcome: 'read', terms: {} });
    },
  );

  it.each<[FaultKind, object]>([
    ['throttle', { outcome: 'throttled' }],
    ['errorBeforeCommit', { outcome: 'unavailable' }],
  ])('tells %s from an answer', async (kind, result) => {
    const { marketplace, gateway, agreementId } = await given();
    marketplace.plantFault({ kind, operation: 'DescribeAgreement', next: 1 });
    expect(await gateway.describeAgreement(agreementId)).toEqual(result);
  });

  it('names the reason when AWS does not show the agreement', async () => {
    const { gateway } = await given();
    const result = await gateway.describeAgreement('agmt-0000000000000000000000000');
    expect(result).toEqual({ outcome: 'refused', reason: 'ResourceNotFoundException' });
  });

  it('passes on a failure that is no error', async () => {
    const { client, gateway, agreementId } = await given();
    client.middlewareStack.add(() => () => Promise.reject('gone'), { step: 'initialize' });
    await expect(gateway.describeAgreement(agreementId)).rejects.toBe('gone');
  });

  it('needs the body itself as long as the client drops the free trial', async () => {
    const { client, agreementId } = await given();
    const output = await client.send(new DescribeAgreementCommand({ agreementId }));
    expect(output).not.toHaveProperty('freeTrialSummary');
  });
});
