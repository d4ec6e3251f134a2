import type { Product } from '../contract/seller-configuration';
import { hourOf, HOUR_MS, laterOf, nextHour, type Hour } from './hour';
import type { Subscription } from './subscription';

/**
 * Whether an hour of a dimension is sent even with nothing to bill. AWS recommends a record every hour. But AWS takes
 * only one record an hour, so a zero is sent for past hours only, and never for a subscription that ends: its last hour
 * may be sent before the hour is over.
 */
export function sendsZeroRecords(
  state: Subscription['state'],
  { product, dimension }: { product: Product; dimension: string },
): boolean {
  return state === 'active' && zeroRecordDimensions(product).includes(dimension);
}

/** The dimensions of a product whose every hour is sent. */
export function zeroRecordDimensions({ pricingModel, dimensions }: Product): string[] {
  if (pricingModel === 'contract') return [];
  return dimensions.filter(({ zeroRecords }) => zeroRecords === true).map(({ apiName }) => apiName);
}

/** Zeros for older hours are useless: AWS may no longer accept them by the time they are sealed. */
const LOOK_BACK_MS = 23 * HOUR_MS;

/** The hour to open after a sealed one: the next, or the first that AWS still accepts. */
export function zeroHourAfter(sealed: Hour, nowMs: number): Hour {
  return laterOf(nextHour(sealed), hourOf(nowMs - LOOK_BACK_MS));
}
