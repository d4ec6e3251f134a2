import { describe, expect, it } from 'vitest';
import { historyAfter } from '../../lambdas/shared/domain/entitlement-history';
import { hourOf } from '../../lambdas/shared/domain/hour';
import { paymentOf, type PaymentSource } from '../../lambdas/shared/domain/payment';
import { aNettedProduct, aProduct, PRODUCT_CODE } from '../builders/a-payer';
import { aSubscription } from '../builders/a-subscription';
import { anEntitlement } from '../builders/an-entitlement';

const at = (time: string) => `2026-03-10T${time}:00.000Z`;
const subscription = aSubscription({ productCode: PRODUCT_CODE, activatedAt: at('00:00') });

function paymentFor(dimension: string, { product = aProduct(), ...known }: Partial<PaymentSource> & ForProduct = {}) {
  const hourKey = { subscriptionId: subscription.subscriptionId, dimension, hour: hourOf(Date.parse(at('12:00'))) };
  const products = new Map([[PRODUCT_CODE, product]]);
  return paymentOf(hourKey, { subscription, entitlements: undefined, products, ...known });
}

interface ForProduct {
  product?: ReturnType<typeof aProduct>;
}

function checkedAt(time: string) {
  const entitlements = [anEntitlement({ dimension: 'events_included' })];
  const checked = { subscriptionId: subscription.subscriptionId, checkedAt: at(time), entitlements };
  return { ...checked, history: historyAfter(undefined, checked) };
}

describe('the payment of an hour', () => {
  it('has no contract pay for a dimension that none covers', () => {
    const payer = { activatedAtMs: Date.parse(at('00:00')), customer: { mode: 'license' } };
    expect(paymentFor('events')).toMatchObject({ payer, contract: undefined, sendsZero: false });
  });

  it('has the contract pay first for a dimension that it covers', () => {
    const contract = { entitlement: 'events_included' };
    const known = { product: aNettedProduct(), entitlements: checkedAt('13:00') };
    expect(paymentFor('events', known)).toMatchObject({ contract });
    expect(paymentFor('compute_hours', known)).toMatchObject({ contract: undefined });
  });

  it('waits while the payer of an hour is not known', () => {
    expect(paymentFor('events', { subscription: undefined })).toBe('unknownSubscription');
    expect(paymentFor('Events')).toBe('unknownDimension');
  });

  it("waits for the contract's amount, but not after the end of the subscription", () => {
    const known = { product: aNettedProduct(), entitlements: checkedAt('12:30') };
    expect(paymentFor('events', known)).toBe('entitlementsNotChecked');
    const ending = { ...subscription, state: 'ending', endingAt: at('12:20') } as const;
    expect(paymentFor('events', { ...known, subscription: ending })).toMatchObject({ contract: {} });
  });

  it('waits while AWS was asked in a gap between two periods only', () => {
    const nothing = { subscriptionId: subscription.subscriptionId, checkedAt: at('13:30'), entitlements: [] };
    const entitlements = { ...nothing, history: historyAfter(undefined, nothing) };
    const life = [
      { at: at('12:13'), kind: 'began' },
      { at: at('12:14'), kind: 'licenseDeprovisioned' },
      { at: at('15:05'), kind: 'began' },
    ] as const;
    const back = { ...subscription, activatedAt: at('12:13'), begunAt: at('15:05'), life: [...life] };
    const known = { product: aNettedProduct(), entitlements, subscription: back };
    expect(paymentFor('events', known)).toBe('entitlementsNotChecked');
  });

  it('pays for zero records of the configured dimensions while the subscription is active', () => {
    const product = aProduct({ dimensions: [{ apiName: 'events', unit: 'event', zeroRecords: true }] });
    expect(paymentFor('events', { product })).toMatchObject({ sendsZero: true });
    const ending = { ...subscription, state: 'ending', endingAt: at('12:20') } as const;
    expect(paymentFor('events', { product, subscription: ending })).toMatchObject({ sendsZero: false });
  });
});
