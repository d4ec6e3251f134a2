import type { Product } from '../shared/contract/seller-configuration';
import type { Balance } from '../shared/domain/balance';
import { hourEndMs, nextHour, type Hour } from '../shared/domain/hour';
import { quantityFormOf, sendablePart } from '../shared/domain/quantity-form';
import type { HourlyUsageStore } from '../shared/stores/hourly-usage';

/**
 * Whether a Balance makes a step of the dimension's form, so that an hour could bill it. Sealing leaves no such Balance
 * without an open hour, but a new form with a smaller step can: 0.8 of the whole form is 800,000 steps of the decimal one.
 */
export function isBillable({ amount, dimension }: Balance, product: Product | undefined): boolean {
  return sendablePart(amount, quantityFormOf(product, dimension)).gt(0);
}

/**
 * Opens the first hour that is not closed, whose sealing bills the Balance; idempotent.
 * @returns that hour; undefined when all hours up to `until` are closed.
 */
export async function openForBalance(
  { subscriptionId, dimension }: Balance,
  { from, until }: { from: Hour; until: Hour },
  { hourlyUsage, graceMs }: { hourlyUsage: Pick<HourlyUsageStore, 'open'>; graceMs: number },
): Promise<Hour | undefined> {
  for (let hour = from; hour <= until; hour = nextHour(hour))
    if (await hourlyUsage.open({ subscriptionId, dimension, hour }, hourEndMs(hour) + graceMs)) return hour;
  return undefined;
}
