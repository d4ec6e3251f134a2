import { describe, expect, it } from 'vitest';
import { decimal, decimalText, ZERO } from '../../lambdas/shared/domain/decimal';
import { hourOf } from '../../lambdas/shared/domain/hour';
import { payerOf } from '../../lambdas/shared/domain/payment';
import { hourForBalance, sealingOf, type SealingInput } from '../../lambdas/shared/domain/sealing';
import { aContract } from '../builders/a-contract';
import type { Fold } from '../../lambdas/shared/domain/usage-tally';
import { aPayer, aProduct, aWholeProduct, PRODUCT_CODE } from '../builders/a-payer';
import { aSubscription } from '../builders/a-subscription';
import { aSubscriptionId } from '../builders/ids';

const at = (time: string) => Date.parse(time);
const HOUR = hourOf(at('2026-03-10T12:00:00Z'));

function foldOf(...quantities: string[]): Fold {
  return new Map(quantities.map((quantity, n) => [`#${n}`, { key: `#${n}`, quantity: decimal(quantity), tags: {} }]));
}

const wholePayer = aPayer({ product: aWholeProduct() });

/** The periods follow from the payer's activation. */
function aSealing(overrides: Partial<SealingInput> = {}) {
  const { activatedAtMs } = overrides.payer ?? aPayer();
  return sealingOf({
    periods: [{ from: new Date(activatedAtMs).toISOString() }],
    hourKey: { subscriptionId: aSubscriptionId(1), dimension: 'events', hour: HOUR },
    fold: foldOf('5'),
    balance: ZERO,
    payer: aPayer(),
    nowMs: at('2026-03-10T13:05:00Z'),
    unsendableUsage: 'carry',
    ...overrides,
  });
}

describe('sealing', () => {
  it('bills fractions to the millionth, and carries what is below', () => {
    const { record, carriedOut } = aSealing({ fold: foldOf('15.5', '0.3000000005'), balance: decimal('0.0000009995') });
    expect(record).toMatchObject({ form: 'decimal', quantity: '15.800001' });
    expect(decimalText(carriedOut)).toBe('0');
    expect(decimalText(aSealing({ fold: foldOf('0.0000019') }).carriedOut)).toBe('0.0000009');
  });

  it('sends nothing for less than a millionth', () => {
    const { state, record, carriedOut } = aSealing({ fold: foldOf('0.0000009') });
    expect([state, record, decimalText(carriedOut)]).toEqual(['carried', undefined, '0.0000009']);
  });

  it('carries what exceeds the largest decimal quantity', () => {
    const { record, carriedOut } = aSealing({ fold: foldOf('9999999999', '1.5') });
    expect([record?.quantity, decimalText(carriedOut)]).toEqual(['9999999999.999999', '0.500001']);
  });

  it('bills whole units and carries the fraction', () => {
    const { state, record, carriedOut } = aSealing({ payer: wholePayer, fold: foldOf('2.25', '1.5') });
    expect({ state, quantity: record?.quantity, carriedOut: decimalText(carriedOut) }).toEqual({
      state: 'sealed',
      quantity: '3',
      carriedOut: '0.75',
    });
  });

  it('bills a carried fraction as soon as it makes a whole', () => {
    const { record, carriedIn, carriedOut } = aSealing({
      payer: wholePayer,
      fold: foldOf('0.5'),
      balance: decimal('0.75'),
    });
    expect([record?.quantity, decimalText(carriedIn), decimalText(carriedOut)]).toEqual(['1', '0.75', '0.25']);
  });

  it('bills 0.1 ten times as 1', () => {
    const { record, carriedOut } = aSealing({ fold: foldOf(...Array.from({ length: 10 }, () => '0.1')) });
    expect([record?.quantity, decimalText(carriedOut)]).toEqual(['1', '0']);
  });

  it('sends nothing for less than a unit', () => {
    const { state, record, carriedOut } = aSealing({ payer: wholePayer, fold: foldOf('0.4') });
    expect([state, record, decimalText(carriedOut)]).toEqual(['carried', undefined, '0.4']);
  });

  it('sends a zero record only if the seller asked for it, and none of an hour of tests', () => {
    const nothing = { fold: foldOf() };
    expect(aSealing(nothing)).toMatchObject({ state: 'carried' });
    expect(aSealing({ ...nothing, sendsZero: true })).toMatchObject({ state: 'sealed', record: { quantity: '0' } });
    const withholding = () => 'dryRun' as const;
    expect(aSealing({ ...nothing, sendsZero: true, withholding })).not.toHaveProperty('record');
    expect(aSealing({ ...nothing, sendsZero: true, withholding: () => undefined }).state).toBe('sealed');
  });

  it('withholds the usage of tests, and rejects usage of an hour between two periods', () => {
    const withheld = aSealing({ withholding: () => 'testAccount' });
    expect([withheld.state, decimalText(withheld.withheldQuantity), withheld.withheldUse]).toEqual([
      'withheld',
      '5',
      [HOUR],
    ]);
    const periods = [
      { from: '2026-03-10T08:00:00.000Z', until: '2026-03-10T09:00:00.000Z' },
      { from: '2026-03-10T15:00:00.000Z' },
    ];
    const rejected = aSealing({ periods });
    expect([rejected.state, decimalText(rejected.rejectedQuantity), rejected.rejectedUse]).toEqual([
      'rejected',
      '5',
      [HOUR],
    ]);
    expect(decimalText(rejected.carriedOut)).toBe('0');
    // Of an hour with both, what can be billed later names the state.
    const late: Fold = new Map(
      [...foldOf('5', '2')].map(([key, event], n) => [
        key,
        n === 0 ? event : { ...event, usedIn: hourOf(at('2026-03-10T16:00:00Z')) },
      ]),
    );
    expect(aSealing({ periods, fold: late })).toMatchObject({ state: 'carried' });
  });

  it('carries what exceeds the largest whole quantity', () => {
    const { record, carriedOut } = aSealing({ payer: wholePayer, fold: foldOf('2147483647', '2147483647', '0.5') });
    expect([record?.quantity, decimalText(carriedOut)]).toEqual(['2147483647', '2147483647.5']);
  });

  it('stamps the hour of use, never the time of sending', () => {
    expect(aSealing({ nowMs: at('2026-03-11T09:00:00Z') }).record?.timestampSeconds).toBe(
      at('2026-03-10T12:00:00Z') / 1000,
    );
  });

  it('stamps the hour of activation with the activation', () => {
    const payer = aPayer({ activatedAtMs: at('2026-03-10T12:30:15.250Z') });
    expect(aSealing({ payer }).record?.timestampSeconds).toBe(at('2026-03-10T12:30:16Z') / 1000);
  });

  it('stays within the hour when the activation is in its last second', () => {
    const payer = aPayer({ activatedAtMs: at('2026-03-10T12:59:59.900Z') });
    expect(aSealing({ payer }).record?.timestampSeconds).toBe(at('2026-03-10T12:59:59Z') / 1000);
  });

  it.each(['carry', 'expire'] as const)(
    'carries an hour before the activation, which AWS would refuse (policy: %s)',
    (unsendableUsage) => {
      const payer = aPayer({ activatedAtMs: at('2026-03-10T13:00:00Z') });
      const { state, record, carriedOut } = aSealing({ payer, unsendableUsage });
      expect([state, record, decimalText(carriedOut)]).toEqual(['carried', undefined, '5']);
    },
  );

  describe('when the window has closed', () => {
    const nowMs = at('2026-03-11T11:59:30Z');

    it("stops sending a minute before AWS's window closes", () => {
      expect(aSealing({ nowMs: at('2026-03-11T11:59:00Z') - 1 }).state).toBe('sealed');
      expect(aSealing({ nowMs: at('2026-03-11T11:59:00Z') }).state).toBe('carried');
    });

    it('carries an hour whose window has closed', () => {
      const { state, record, carriedOut } = aSealing({ nowMs, balance: decimal('0.5') });
      expect([state, record, decimalText(carriedOut)]).toEqual(['carried', undefined, '5.5']);
    });

    it('expires an hour whose window has closed, and keeps the Balance, when configured', () => {
      const { state, expiredQuantity, carriedOut } = aSealing({
        nowMs,
        balance: decimal('0.5'),
        unsendableUsage: 'expire',
      });
      expect([state, decimalText(expiredQuantity), decimalText(carriedOut)]).toEqual(['expired', '5', '0.5']);
    });

    it("stops sending last month's hours at 06:00 on the 1st", () => {
      const hourKey = {
        subscriptionId: aSubscriptionId(1),
        dimension: 'events',
        hour: hourOf(at('2026-03-31T22:00:00Z')),
      };
      expect(aSealing({ hourKey, nowMs: at('2026-04-01T05:58:00Z') }).state).toBe('sealed');
      expect(aSealing({ hourKey, nowMs: at('2026-04-01T06:00:00Z') }).state).toBe('carried');
    });
  });
});

describe('sealing an hour that a contract covers', () => {
  const covered = (amount: string, overrides: Partial<SealingInput> = {}) => {
    const sealing = aSealing({ contract: aContract(amount), ...overrides });
    const { state, record, coveredQuantity, carriedOut, expiredQuantity } = sealing;
    const amounts = [coveredQuantity, carriedOut, expiredQuantity].map(decimalText);
    return [state, record?.quantity, ...amounts];
  };

  it('bills only the overage of a contract', () => {
    expect(covered('3')).toEqual(['sealed', '2', '3', '0', '0']);
    expect(covered('3.5')).toEqual(['sealed', '1.5', '3.5', '0', '0']);
  });

  it('sends nothing when the contract covers all usage', () => {
    expect(covered('100')).toEqual(['covered', undefined, '5', '0', '0']);
    expect(covered('4.9999999')).toEqual(['covered', undefined, '4.9999999', '0.0000001', '0']);
  });

  it('bills all usage when the contract gives nothing', () => {
    expect(covered('0')).toEqual(['sealed', '5', '0', '0', '0']);
  });

  it('never covers carried usage again', () => {
    expect(covered('100', { balance: decimal('2.5') })).toEqual(['sealed', '2.5', '5', '0', '0']);
  });

  it('covers late usage in its own period', () => {
    const fold: Fold = new Map([
      ['#1', { key: '#1', quantity: decimal(8), tags: {} }],
      ['#2', { key: '#2', quantity: decimal(4), tags: {}, usedIn: hourOf(at('2026-02-28T23:00:00Z')) }],
    ]);
    expect(covered('5', { fold })).toEqual(['sealed', '3', '9', '0', '0']);
  });

  it('keeps usage covered when the window has closed on the overage', () => {
    const late = { nowMs: at('2026-03-12T12:00:00Z') };
    expect(covered('3', late)).toEqual(['covered', undefined, '3', '2', '0']);
    expect(covered('3', { ...late, unsendableUsage: 'expire' })).toEqual(['expired', undefined, '3', '0', '2']);
    expect(covered('5', { ...late, unsendableUsage: 'expire' })).toEqual(['covered', undefined, '5', '0', '0']);
  });

  it('allocates the overage in proportion to usage under each tag set', () => {
    const tagged = (key: string, quantity: string, Department: string) =>
      [key, { key, quantity: decimal(quantity), tags: { Department } }] as const;
    const fold: Fold = new Map([tagged('#1', '75', 'legal'), tagged('#2', '25', 'sales')]);
    const { record } = aSealing({ fold, contract: aContract('96'), balance: decimal(4) });
    expect(record?.allocations).toEqual([
      { quantity: '3', tags: { Department: 'legal' } },
      { quantity: '1', tags: { Department: 'sales' } },
      { quantity: '4', tags: {} },
    ]);
  });
});

describe('the hour that takes a Balance', () => {
  it('bills a Balance in the current hour', () => {
    expect(hourForBalance(at('2026-03-10T15:20:00Z'), HOUR)).toBe('2026-03-10T15');
  });

  it('bills a Balance after the sealed hour even when the clock was set back', () => {
    expect(hourForBalance(at('2026-03-10T09:20:00Z'), HOUR)).toBe('2026-03-10T13');
    expect(hourForBalance(at('2026-03-10T12:20:00Z'), HOUR)).toBe('2026-03-10T13');
  });
});

describe('the payer', () => {
  const products = new Map([[PRODUCT_CODE, aProduct()]]);
  const subscription = aSubscription({
    productCode: PRODUCT_CODE,
    state: 'active',
    activatedAt: '2026-03-01T00:00:00Z',
    customerAWSAccountId: '111122223333',
    licenseArn: 'arn:aws:license-manager::294406891311:license:l-1',
  });

  it('bills an active subscription by its licence', () => {
    expect(payerOf(subscription, { products, dimension: 'events', hour: HOUR })).toMatchObject({
      customer: { mode: 'license', licenseArn: subscription.licenseArn },
    });
  });

  it('bills a legacy customer by identifier, whatever the configuration says later', () => {
    const customer = { ...subscription, customerIdentifier: 'c-1' };
    const payer = payerOf(customer, { products, dimension: 'events', hour: HOUR });
    expect(payer).toMatchObject({ customer: { mode: 'legacy', customerIdentifier: 'c-1' } });
    expect(payer).not.toHaveProperty('customer.licenseArn');
  });

  it('bills an ending subscription by its licence', () => {
    expect(
      payerOf(aSubscription({ ...subscription, state: 'ending' }), { products, dimension: 'events', hour: HOUR }),
    ).toHaveProperty('customer');
  });

  it.each([
    ['notActivated', aSubscription({ ...subscription, state: 'pending' }), {}],
    ['notActivated', aSubscription({ ...subscription, state: 'ending', activatedAt: undefined }), {}],
    ['identityIncomplete', { ...subscription, licenseArn: undefined }, {}],
    ['unknownProduct', { ...subscription, productCode: 'other' }, {}],
    ['unknownDimension', subscription, { dimension: 'Events' }],
    ['notMetered', subscription, { products: new Map([[PRODUCT_CODE, aProduct({ pricingModel: 'contract' })]]) }],
  ])('makes an hour wait: %s', (reason, given, context) => {
    expect(payerOf(given, { products, dimension: 'events', hour: HOUR, ...context })).toBe(reason);
  });
});
