import type { SellerConfiguration } from '../../lambdas/shared/contract/written-configuration';

export const OLDER_PRODUCT = 'olderproduct';
export const SIGN_UP_URL = 'https://app.example.com/welcome';
export const SUPPORT_URL = 'https://help.example.com/contact';

/** A seller's configuration in which no value is the default, so that a function that ignores one is noticed. */
export const NOTHING_BY_DEFAULT: SellerConfiguration = {
  products: [
    {
      productCode: OLDER_PRODUCT,
      name: 'The older product',
      identityMode: 'legacy',
      moveAtRegistration: true,
      pricingModel: 'contractWithConsumption',
      dimensions: [{ apiName: 'requests', unit: 'request', coveredBy: null, zeroRecords: true }],
      contractPeriod: { kind: 'anniversary', months: 12 },
      allocationTagKeys: ['Team'],
    },
  ],
  usage: {
    latenessHours: 3,
    graceMinutes: 20,
    batchingWindowSeconds: 200,
    eventRetentionDays: 1000,
    unsendableUsage: 'expire',
    holdUntilHours: 2,
    heldUsage: 'send',
    meteringCallsPerSecond: 2,
  },
  registration: { signUpUrl: SIGN_UP_URL },
  support: { url: SUPPORT_URL },
};
