import { NOT_YET } from '../contract/products';
import type { Product, TestAccount } from '../contract/seller-configuration';
import { parseHour, type Hour } from './hour';
import type { SubscriptionFields } from './subscription';

/** Why usage is not metered: its product was not live in the hour of use, or its buyer was a test account. */
export type WithheldReason = 'dryRun' | 'testAccount';

/** Why the usage of an hour is withheld; undefined: it is not. */
export type Withholding = (usedIn: Hour) => WithheldReason | undefined;

/** The part of the configuration that says what is a test. */
export interface TestConfiguration {
  products: ReadonlyMap<string, Product>;
  testAccounts: readonly TestAccount[];
}

type Tester = Pick<SubscriptionFields, 'productCode' | 'customerAWSAccountId'>;

/** Every product and account of which the configuration says when it is or was a test: `product#code`, `account#id`. */
export function testsOf({ products, testAccounts }: TestConfiguration): ReadonlySet<string> {
  const tested = [...products.values()].filter(({ liveFrom }) => liveFrom !== undefined);
  return new Set([...tested.map(productTest), ...testAccounts.map(({ account }) => accountTest(account))]);
}

/**
 * Whether usage of a subscription may be from a test that ended without an hour: its product or its account was a test once,
 * and the configuration no longer says until when.
 *
 * @param noted - the tests of every configuration so far
 */
export function isEndMissing(
  subscription: Tester | undefined,
  { noted, configured }: { noted: ReadonlySet<string>; configured: ReadonlySet<string> },
): boolean {
  if (subscription === undefined) return false;
  const { customerAWSAccountId: account } = subscription;
  const tests = [productTest(subscription), ...(account === undefined ? [] : [accountTest(account)])];
  return tests.some((test) => noted.has(test) && !configured.has(test));
}

function productTest({ productCode }: Pick<Product, 'productCode'>): string {
  return `product#${productCode}`;
}

function accountTest(account: string): string {
  return `account#${account}`;
}

/**
 * What is withheld of a subscription's usage. The hour of use decides, not the hour in which late usage is counted, so
 * usage stays on its side of the boundary however late it arrives.
 */
export function withholdingOf(
  subscription: Tester | undefined,
  { products, testAccounts }: TestConfiguration,
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
