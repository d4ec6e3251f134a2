import { describe, expect, it } from 'vitest';
import { parseSellerConfiguration } from '../../lambdas/shared/contract/seller-configuration';
import type { SellerConfiguration } from '../../lambdas/shared/contract/written-configuration';

const aConfiguration = (overrides: Partial<SellerConfiguration> = {}): SellerConfiguration => ({
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
  it('has a default for every optional field of the configuration', () => {
    expect(parseSellerConfiguration(aConfiguration())).toEqual({
      testAccounts: [],
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
        holdUntilHours: 4,
        heldUsage: 'carry',
        meteringCallsPerSecond: 8,
        batchingWindowSeconds: 60,
        eventRetentionDays: 90,
        unsendableUsage: 'carry',
      },
      registration: {},
      page: { contactFields: { name: 'required', company: 'required', phone: 'none' }, language: 'en', texts: {} },
      agreementDetails: false,
      support: { email: 'support@example.com' },
    });
  });

  it('lists all problems of the configuration by path', () => {
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
      'more tag keys than AWS accepts',
      { products: [{ ...aConfiguration().products[0], allocationTagKeys: [...'abcdef'] }] },
      'allocationTagKeys',
    ],
    [
      'moveAtRegistration for a product without legacy customers',
      { products: [{ ...aConfiguration().products[0], moveAtRegistration: true }] },
      'moveAtRegistration',
    ],
    ['a sign-up URL that is not a URL', { registration: { signUpUrl: 'javascript:alert(1)' } }, 'signUpUrl'],
  ])('refuses %s', (_, overrides, words) => {
    expect(() => parseSellerConfiguration({ ...aConfiguration(), ...overrides })).toThrow(words);
  });

  it.each(['https://example.com/a?b=1', 'http://localhost:8080/a', 'http://127.0.0.1:8080', 'http://[::1]/a'])(
    'accepts the sign-up URL %s',
    (signUpUrl) => {
      expect(parseSellerConfiguration(aConfiguration({ registration: { signUpUrl } })).registration).toEqual({
        signUpUrl,
      });
    },
  );

  it('accepts 260 dimensions', () => {
    const dimensions = Array.from({ length: 260 }, (_, n) => ({ apiName: `dimension_${n}`, unit: 'unit' }));
    const [product] = aConfiguration().products;
    if (product === undefined) throw new Error('no product');
    expect(
      parseSellerConfiguration(aConfiguration({ products: [{ ...product, dimensions }] })).products[0]?.dimensions,
    ).toHaveLength(260);
  });

  describe('for a contract with consumption', () => {
    const netted = (overrides: object = {}) => ({
      products: [
        {
          productCode: 'p1',
          name: 'One',
          pricingModel: 'contractWithConsumption',
          contractPeriod: { kind: 'calendarMonth' },
          dimensions: [
            { apiName: 'events', unit: 'event', coveredBy: 'events_included' },
            { apiName: 'events_included', unit: 'event', coveredBy: null },
            { apiName: 'storage', unit: 'GB', coveredBy: null },
          ],
          ...overrides,
        },
      ],
      support: { email: 'support@example.com' },
    });
    const covering = (...coveredBy: (string | null | undefined)[]) =>
      coveredBy.map((each, n) => ({ apiName: `d${n}`, unit: 'unit', coveredBy: each }));

    it('accepts what covers each dimension, and the contract period', () => {
      expect(parseSellerConfiguration(netted()).products[0]).toMatchObject(netted().products[0] ?? {});
      const yearly = netted({ contractPeriod: { kind: 'anniversary', months: 12 } });
      expect(parseSellerConfiguration(yearly).products[0]?.contractPeriod).toEqual({ kind: 'anniversary', months: 12 });
      const monthly = netted({ contractPeriod: { kind: 'anniversary' } });
      expect(parseSellerConfiguration(monthly).products[0]?.contractPeriod).toEqual({ kind: 'anniversary', months: 1 });
    });

    it.each([
      ['a contract dimension without coveredBy', { dimensions: covering(null, undefined) }, 'dimensions[1].coveredBy'],
      [
        'one entitlement for two dimensions',
        { dimensions: covering('seats', 'seats') },
        'the entitlement seats already covers',
      ],
      [
        'an entitlement that is no dimension of the product',
        { dimensions: [{ apiName: 'included_events', unit: 'event', coveredBy: 'included_event' }] },
        'the product has no dimension included_event ',
      ],
      [
        'an entitlement that covers usage and is ignored',
        { ignoredEntitlements: ['seats', 'events_included'] },
        'ignoredEntitlements[1]',
      ],
      [
        'ignored entitlements with subscription pricing',
        { pricingModel: 'subscription', contractPeriod: undefined, ignoredEntitlements: [] },
        'ignoredEntitlements',
      ],
      ['a contract without a period', { contractPeriod: undefined }, 'when contract amounts start again'],
      [
        'a contract period of no months',
        { contractPeriod: { kind: 'anniversary', months: 0 } },
        'contractPeriod.months',
      ],
      ['a contract period of an unknown kind', { contractPeriod: { kind: 'week' } }, 'contractPeriod'],
      ['coveredBy with subscription pricing', { pricingModel: 'subscription' }, 'contractWithConsumption only'],
      ['coveredBy with contract pricing', { pricingModel: 'contract' }, 'contractWithConsumption only'],
      [
        'a contract period with subscription pricing',
        { pricingModel: 'subscription', dimensions: covering(undefined) },
        'products[0].contractPeriod',
      ],
    ])('refuses %s', (_, overrides, words) => {
      expect(() => parseSellerConfiguration(netted(overrides))).toThrow(words);
    });
  });
});
