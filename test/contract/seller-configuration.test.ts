import { describe, expect, it } from '@jest/globals';
import {
  parseSellerConfiguration,
  type SellerConfigurationInput,
} from '../../lambdas/shared/contract/seller-configuration';

const aConfiguration = (overrides: Partial<SellerConfigurationInput> = {}): SellerConfigurationInput => ({
  products: [
    {
      productCode: 'p1',
      name: 'One',
      pricingModel: 'subscription',
      dimensions: [{ apiName: 'events', unit: 'event' }],
    },
  ],
  support: { email: 'support@example.com' },
  ...overrides,
});

describe('the seller configuration', () => {
  it('has a default for everything a seller need not decide', () => {
    expect(parseSellerConfiguration(aConfiguration())).toEqual({
      products: [
        {
          productCode: 'p1',
          name: 'One',
          identityMode: 'license',
          pricingModel: 'subscription',
          dimensions: [{ apiName: 'events', unit: 'event' }],
          allocationTagKeys: [],
        },
      ],
      usage: {
        latenessHours: 24,
        graceMinutes: 5,
        batchingWindowSeconds: 60,
        eventRetentionDays: 90,
        unsendableUsage: 'carry',
      },
      registration: {},
      support: { email: 'support@example.com' },
    });
  });

  it('lists everything that is wrong, by path, at once', () => {
    const [product] = aConfiguration().products;
    const wrong = {
      products: [{ ...product, identityMode: 'both', dimensions: [], allocationTagKeys: ['ünicode'] }],
      usage: { graceMinutes: 0 },
      support: {},
      extra: 1,
    };
    expect(() => parseSellerConfiguration(wrong)).toThrow(/configuration is wrong[\s\S]*products\[0\]\.identityMode/);
    for (const path of [
      'identityMode',
      'dimensions',
      'allocationTagKeys',
      'usage.graceMinutes',
      'support contact',
      'extra',
    ]) {
      expect(() => parseSellerConfiguration(wrong)).toThrow(path);
    }
  });

  it.each([
    [
      'two products with one code',
      { products: [...aConfiguration().products, ...aConfiguration().products] },
      'same productCode',
    ],
    [
      'more tag keys than AWS takes',
      { products: [{ ...aConfiguration().products[0], allocationTagKeys: [...'abcdef'] }] },
      'allocationTagKeys',
    ],
    [
      'to move customers of a product that has none to move',
      { products: [{ ...aConfiguration().products[0], moveAtRegistration: true }] },
      'moveAtRegistration',
    ],
    ['a sign-up URL that is none', { registration: { signUpUrl: 'javascript:alert(1)' } }, 'signUpUrl'],
  ])('refuses %s', (_, overrides, words) => {
    expect(() => parseSellerConfiguration({ ...aConfiguration(), ...overrides })).toThrow(words);
  });

  it('takes 260 dimensions', () => {
    const dimensions = Array.from({ length: 260 }, (_, n) => ({ apiName: `dimension_${n}`, unit: 'unit' }));
    const [product] = aConfiguration().products;
    if (product === undefined) throw new Error('no product');
    expect(
      parseSellerConfiguration(aConfiguration({ products: [{ ...product, dimensions }] })).products[0]?.dimensions,
    ).toHaveLength(260);
  });
});
