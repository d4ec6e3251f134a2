import { describe, expect, it } from 'vitest';
import { parseSellerConfiguration } from '../../lambdas/shared/contract/seller-configuration';

const PRODUCT = {
  productCode: 'code',
  name: 'Analytics',
  pricingModel: 'subscription',
  dimensions: [{ apiName: 'events', unit: 'event' }],
};
const RIGHT = { products: [PRODUCT], support: { email: 'support@example.com' } };

const product = (change: object) => ({ ...RIGHT, products: [{ ...PRODUCT, ...change }] });

describe('a wrong configuration of what is not billed, or not at once', () => {
  it('has a right one beside it, or this test would show nothing', () => {
    const testAccounts = [{ account: '111122223333', from: '2026-11-01T00:00Z', until: '2026-12-01T00:00Z' }];
    const right = { ...product({ liveFrom: '2026-12-01T00:00Z' }), testAccounts };
    expect(parseSellerConfiguration(right)).toMatchObject({ testAccounts });
    expect(parseSellerConfiguration(product({ liveFrom: 'notYet' })).testAccounts).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    [
      'a misspelt way to say that the product is not live',
      product({ liveFrom: 'notyet' }),
      '- products[0].liveFrom is "notyet": give a full hour in UTC, such as 2026-12-01T00:00Z, or notYet. Did you mean notYet?',
    ],
    [
      'half an hour from which a product is live',
      product({ liveFrom: '2026-12-01T00:30Z' }),
      '- products[0].liveFrom is "2026-12-01T00:30Z": give a full hour in UTC, such as 2026-12-01T00:00Z, or notYet.',
    ],
    [
      'a day that does not exist',
      product({ liveFrom: '2026-02-30T00:00Z' }),
      '- products[0].liveFrom is "2026-02-30T00:00Z": give a full hour in UTC, such as 2026-12-01T00:00Z, or notYet.',
    ],
    [
      'a test account with dashes',
      { ...RIGHT, testAccounts: [{ account: '1111-2222-3333' }] },
      '- testAccounts[0].account is "1111-2222-3333": give the 12 digits of an AWS account id, as text.',
    ],
    [
      'a misspelt end of a test account',
      { ...RIGHT, testAccounts: [{ account: '111122223333', untill: '2026-12-01T00:00Z' }] },
      '- testAccounts[0] has no field "untill". Did you mean until? Allowed: account, from, until.',
    ],
    [
      'a test account that ends before it begins',
      { ...RIGHT, testAccounts: [{ account: '111122223333', from: '2026-12-01T00:00Z', until: '2026-11-01T00:00Z' }] },
      '- testAccounts[0].until is "2026-11-01T00:00Z": give an hour after `from`.',
    ],
    [
      'a local time',
      { ...RIGHT, testAccounts: [{ account: '111122223333', from: '2026-12-01T00:00+01:00' }] },
      '- testAccounts[0].from is "2026-12-01T00:00+01:00": give a full hour in UTC, such as 2026-12-01T00:00Z.',
    ],
    [
      'a maximum of nothing',
      product({ dimensions: [{ apiName: 'events', unit: 'event', maxPerHour: 0 }] }),
      'products[0].dimensions[0].maxPerHour is 0: give a quantity above 0 with at most 6 decimals, such as "1000.5".',
    ],
    [
      'a maximum in words',
      product({ dimensions: [{ apiName: 'events', unit: 'event', maxPerHour: '1,000' }] }),
      'products[0].dimensions[0].maxPerHour is "1,000": give a quantity above 0 with at most 6 decimals, such as "1000.5".',
    ],
    [
      'a misspelt use of what was held',
      { ...RIGHT, usage: { heldUsage: 'carried' } },
      'usage.heldUsage is "carried": give carry or send. Did you mean carry?',
    ],
    [
      'a day for which nothing could be held',
      { ...RIGHT, usage: { holdUntilHours: 24 } },
      'usage.holdUntilHours is 24: give a whole number from 1 to 20.',
    ],
    [
      'more calls a second than AWS counts, when one arrives a little early',
      { ...RIGHT, usage: { meteringCallsPerSecond: 10 } },
      'usage.meteringCallsPerSecond is 10: give a number from 1 to 9.8.',
    ],
    [
      'no calls',
      { ...RIGHT, usage: { meteringCallsPerSecond: 0 } },
      'usage.meteringCallsPerSecond is 0: give a number from 1 to 9.8.',
    ],
  ])('with %s is explained by the field, what was found and what is allowed', (_name, wrong, sentence) => {
    expect(() => parseSellerConfiguration(wrong)).toThrow(sentence);
  });
});
