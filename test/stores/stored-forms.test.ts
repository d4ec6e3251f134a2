import { describe, expect, it } from 'vitest';
import type { MeteringRecord } from '../../lambdas/shared/domain/metering-record';
import { ENDING_KINDS, type Subscription } from '../../lambdas/shared/domain/subscription';
import { toNotice } from '../../lambdas/shared/stores/notices';
import { storedSubscription } from '../../lambdas/shared/stores/subscriptions';
import { DynamoDbSubscriptions } from '../../lambdas/shared/stores/subscriptions-dynamodb';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { aMeteringRejected } from '../builders/a-metering-rejected';
import { aSealedRecord } from '../builders/a-sealed-record';
import { aTally, aUsageLedger, givenOpen, keyOf, nothingToBill, sealed } from './a-usage-ledger';

const AT = '2026-11-02T00:00:00.000Z';

describe('a subscription', () => {
  const facts = { subscriptionId: 's-1', productCode: 'prod1', stateReason: 'licenseUpdated', version: 1 };

  it.each<[what: string, subscription: Subscription]>([
    ['that nobody has activated', { ...facts, state: 'pending' }],
    ['whose licence an event told', { ...facts, state: 'active', activatedAt: AT, licenseArnFrom: 'event' }],
    [
      'with its life and its endings',
      {
        ...facts,
        state: 'ended',
        endingAt: AT,
        endings: ENDING_KINDS.map((kind) => ({ at: AT, kind, agreementId: 'agmt-1' })),
        life: (['began', ...ENDING_KINDS] as const).map((kind) => ({ at: AT, kind, agreementId: 'agmt-1' })),
      },
    ],
  ])('is read as it was stored: one %s', (_what, subscription) => {
    expect(storedSubscription.parse(subscription)).toEqual(subscription);
  });

  it('is under the key of its agreement where every version looks for it', async () => {
    const tables = new MemoryTables();
    tables.put('subscriptions', { pk: 'agreement#agmt-1', sk: 'subscription#s-1' });
    const known = await new DynamoDbSubscriptions(tables.database).ofAgreement('agmt-1');
    expect(known.subscriptionIds).toEqual(['s-1']);
  });
});

describe('the customer of a sealed record', () => {
  it.each<MeteringRecord['customer']>([
    { mode: 'legacy', customerIdentifier: 'c-1' },
    { mode: 'license', customerAWSAccountId: '111122223333', licenseArn: 'arn:x', licenseArnFrom: 'event' },
  ])('is read as it was stored: %j', async (customer) => {
    const { hourlyUsage, tally } = await givenOpen(aUsageLedger(new MemoryTables().database));
    const { record } = aSealedRecord({ customer });
    await sealed(hourlyUsage, tally, { sealing: { ...nothingToBill, state: 'sealed', record } });
    expect(await hourlyUsage.get(tally)).toMatchObject({ record: { customer } });
  });
});

describe('a notice', () => {
  it('of a version that knew whole units alone is published with its quantity as text', () => {
    const notice = aMeteringRejected(keyOf(aTally('7')));
    const record = { productCode: 'prod1', timestamp: AT, quantity: 7 };
    const earlier = JSON.stringify({ ...notice, record });
    expect(toNotice({ notice: earlier })).toEqual({ ...notice, record: { ...record, quantity: '7' } });
  });
});
