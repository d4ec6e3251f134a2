import type { SellerConfigurationInput } from '../../lambdas/shared/contract/seller-configuration';
import { Dice, subSeed } from '../simulation/dice';
import { LEGACY_PRODUCT, LICENSE_PRODUCTS, TAG_KEYS } from '../simulation/settings';

const HOUR_MS = 3_600_000;

/** A month end within, and time for the window of its first hours to close. */
export const ENGINE_HOURS = 24;
export const ENGINE_SEEDS = 8;

export const [LICENSE_PRODUCT] = LICENSE_PRODUCTS;
export { LEGACY_PRODUCT };

/** More than fit one call of BatchMeterUsage. */
export const WIDE = Array.from({ length: 30 }, (_, n) => `w${n}`);
export const DIMENSIONS = ['d0', 'd1'];

/** Longer than AWS's window, so that some usage arrives for hours that AWS takes no more. */
export const LATENESS_HOURS = 30;

/**
 * The sellers that seeds are played with; each is a synthesized template. One gathers the stream's records for a second,
 * the other hands them on at once.
 */
export const SELLERS: readonly SellerConfigurationInput[] = [
  sellerWith({ unsendableUsage: 'carry', batchingWindowSeconds: 0 }),
  sellerWith({ unsendableUsage: 'expire', batchingWindowSeconds: 1 }),
];

function sellerWith(usage: NonNullable<SellerConfigurationInput['usage']>): SellerConfigurationInput {
  const dimensions = [...DIMENSIONS, ...WIDE].map((apiName) => ({ apiName, unit: 'unit' }));
  const terms = { pricingModel: 'subscription', allocationTagKeys: TAG_KEYS } as const;
  return {
    products: [
      { productCode: LICENSE_PRODUCT, name: 'By licence', identityMode: 'license', ...terms, dimensions },
      { productCode: LEGACY_PRODUCT, name: 'Older', identityMode: 'legacy', ...terms, dimensions },
    ],
    usage: { latenessHours: LATENESS_HOURS, ...usage },
    support: { email: 'support@example.com' },
  };
}

/** What a seed decides once. */
export interface EngineSettings {
  startMs: number;
  monthEndMs: number;
  endMs: number;
  /** Which of the sellers. */
  seller: number;
  /** AWS Marketplace is out of order over the month end. */
  hasOutage: boolean;
}

export function engineSettingsOf({ seed, hours }: { seed: number; hours: number }): EngineSettings {
  const dice = new Dice(subSeed(seed, -2));
  const monthEndMs = dice.chance(0.25)
    ? Date.UTC(2028, 2, 1)
    : Date.UTC(dice.pick([2026, 2027]), dice.between(1, 12), 1);
  // The six hours in which AWS still takes last month's usage lie within.
  const startMs = monthEndMs - dice.between(Math.ceil(hours * 0.3), Math.ceil(hours * 0.6)) * HOUR_MS;
  const endMs = startMs + hours * HOUR_MS;
  return { startMs, monthEndMs, endMs, seller: seed % SELLERS.length, hasOutage: dice.chance(0.5) };
}
