import type { Product } from '../contract/seller-configuration';
import { hourOf, HOUR_MS, nextHour, type Hour } from './hour';
import type { Subscription } from './subscription';

/**
 * Whether an hour of a dimension is to be sent even with nothing to bill. AWS recommends a record an hour; but a zero
 * locks its hour, so only hours that are closed anyway, and none of a subscription that ends: its last hour may be sent
 * before it is over.
 */
export function sendsZeroRecords(
  state: Subscription['state'],
  { product, dimension }: { product: Product; dimension: string },
): boolean {
  return state === 'active' && zeroRecordDimensions(product).includes(dimension);
}

/** The dimensions of a product of which every hour is sent. */
export function zeroRecordDimensions({ pricingModel, dimensions }: Product): string[] {
  if (pricingModel === 'contract') return [];
  return dimensions.filter(({ zeroRecords }) => zeroRecords === true).map(({ apiName }) => apiName);
}

/** Older hours are not worth a zero: by the time they are sealed AWS may no longer take them. */
const LOOK_BACK_MS = 23 * HOUR_MS;

/** The hour that goes on after a sealed one: the next, but none that AWS would not take any more. */
export function zeroHourAfter(sealed: Hour, nowMs: number): Hour {
  const [next, earliest] = [nextHour(sealed), hourOf(nowMs - LOOK_BACK_MS)];
  return next > earliest ? next : earliest;
}
