import { parseSellerConfiguration } from '../../../lambdas/shared/contract/seller-configuration';
import type { SellerConfiguration } from '../../../lambdas/shared/contract/written-configuration';
import { Dice, subSeed } from '../driver/dice';
import { FAULTS_OF } from '../driver/faults';
import {
  formOf,
  LEGACY_PRODUCT,
  LICENSE_PRODUCTS,
  someMonthEndMs,
  someStartMs,
  TAG_KEYS,
  type Settings,
} from '../driver/settings';
import { HOUR_MS } from '../driver/time';

/** Includes a month end, and time for the window of its first hours to close. */
export const DYNAMODB_HOURS = 24;
export const DYNAMODB_SEEDS = 8;

const [LICENSE_PRODUCT] = LICENSE_PRODUCTS;
/** More than one call of BatchMeterUsage can hold. */
export const WIDE = Array.from({ length: 30 }, (_, n) => `w${n}`);
/** Longer than AWS's window, so that some usage arrives for hours that AWS no longer accepts. */
const LATENESS_HOURS = 30;

/**
 * The sellers that seeds are played with; each is a synthesized template. One gathers the stream's records for a second,
 * the other hands them on at once.
 */
export const SELLERS = [
  sellerWith({ unsendableUsage: 'carry', batchingWindowSeconds: 0 }),
  sellerWith({ unsendableUsage: 'expire', batchingWindowSeconds: 1 }),
] as const;

export function sellerWith(usage: NonNullable<SellerConfiguration['usage']>): SellerConfiguration {
  const dimensions = ['d0', 'd1', ...WIDE].map(
    (apiName) => ({ apiName, unit: 'unit', quantities: formOf(apiName) }) as const,
  );
  const terms = { pricingModel: 'subscription', allocationTagKeys: TAG_KEYS, dimensions } as const;
  return {
    products: [
      { productCode: LICENSE_PRODUCT, name: 'By licence', identityMode: 'license', ...terms },
      { productCode: LEGACY_PRODUCT, name: 'Older', identityMode: 'legacy', ...terms },
    ],
    usage: { latenessHours: LATENESS_HOURS, ...usage },
    support: { email: 'support@example.com' },
  };
}

export interface DynamoDbSettings extends Settings {
  monthEndMs: number;
  /** Which of the sellers. */
  seller: number;
  /** The stack begins with the last release, which billed in whole units. */
  fromLastRelease: boolean;
  /** AWS Marketplace is down over the month end. */
  hasOutage: boolean;
}

interface Day {
  seed: number;
  hours: number;
  fromLastRelease: boolean;
}

export function dynamoDbSettingsOf({ seed, hours, fromLastRelease }: Day): DynamoDbSettings {
  const dice = new Dice(subSeed(seed, -2));
  const monthEndMs = someMonthEndMs(dice);
  // The seed includes the six hours in which AWS still takes last month's usage.
  const startMs = someStartMs(dice, monthEndMs, [hours * 0.3, hours * 0.6]);
  // The last release was built for the first.
  const seller = fromLastRelease ? 0 : seed % SELLERS.length;
  return {
    startMs,
    monthEndMs,
    endMs: startMs + hours * HOUR_MS,
    seller,
    fromLastRelease,
    hasOutage: dice.chance(0.5),
    latenessHours: LATENESS_HOURS,
    eventRetentionDays: 90,
    shareOfRuns: 0,
    testAccounts: [],
    products: parseSellerConfiguration(SELLERS[seller] ?? SELLERS[0]).products,
    sales: { [LICENSE_PRODUCT]: 3, [LEGACY_PRODUCT]: 1 },
    sources: [''],
    unusualDimensions: new Set(WIDE),
    isCautious: true,
    // In a few seeds every fault has to happen.
    rates: Object.fromEntries(FAULTS_OF.dynamodb.map((name) => [name, 1])),
  };
}
