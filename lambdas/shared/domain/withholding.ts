import { NOT_YET, type Product, type TestAccount } from '../contract/seller-configuration';
import { parseHour, type Hour } from './hour';
import type { SubscriptionFields } from './subscription';

/** Why usage is not metered: its product was not live in the hour of use, or its buyer was a test account. */
export type WithheldReason = 'dryRun' | 'testAccount';

/** Why the usage of an hour is withheld; undefined: it is not. */
export type Withholding = (usedIn: Hour) => WithheldReason | undefined;

/**
 * What is withheld of a subscription's usage. The hour of use decides, not the hour in which late usage is counted, so
 * usage stays on its side of the boundary however late it arrives.
 */
export function withholdingOf(
  subscription: Pick<SubscriptionFields, 'productCode' | 'customerAWSAccountId'> | undefined,
  { products, testAccounts }: { products: ReadonlyMap<string, Product>; testAccounts: readonly TestAccount[] },
): Withholding {
  const liveFrom = products.get(subscription?.productCode ?? '')?.liveFrom;
  const tests = testAccounts.filter(({ account }) => account === subscription?.customerAWSAccountId);
  return (usedIn) => {
    if (liveFrom !== undefined && isBefore(usedIn, liveFrom)) return 'dryRun';
    const isTest = tests.some(({ from, until = NOT_YET }) => !isBefore(usedIn, from ?? '') && isBefore(usedIn, until));
    return isTest ? 'testAccount' : undefined;
  };
}

/** Whether an hour is before one of the configuration: `2026-12-01T00:00Z`, or `notYet`, which never comes. */
function isBefore(hour: Hour, boundary: string): boolean {
  return boundary === NOT_YET || hour < (parseHour(boundary.slice(0, 13)) ?? '');
}
