import type { SimulatedClock } from './clock';
import type { SellerProduct } from './products';
import type { SimulatorOptions } from './public-api';
import type { MarketplaceOptions } from './rules/context';

/** What this repository can say besides what users of the package can. */
export interface StartMarketplaceOptions extends SimulatorOptions {
  products?: readonly SellerProduct[];
  /** Default: one that runs, or as `start` says. */
  clock?: SimulatedClock;
  /** Default: that of `start`. */
  seed?: number;
  options?: Partial<MarketplaceOptions>;
}
