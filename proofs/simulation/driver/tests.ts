import type { Buyer } from './buyers';
import type { Settings } from './settings';

/** Why usage of an hour must be withheld, by the seller's configuration; undefined: it must not. */
export type TestReason = 'dryRun' | 'testAccount';

/** Written down independently of production code. */
export function testOf(
  { products, testAccounts }: Pick<Settings, 'products' | 'testAccounts'>,
  { productCode, accountId }: Pick<Buyer, 'productCode' | 'accountId'>,
  hour: string,
): TestReason | undefined {
  const startMs = Date.parse(`${hour}:00Z`);
  const liveFrom = products.find((product) => product.productCode === productCode)?.liveFrom;
  if (liveFrom === 'notYet' || startMs < Date.parse(liveFrom ?? '1970-01-01T00:00Z')) return 'dryRun';
  const isTest = testAccounts.some(
    ({ account, from = '1970-01-01T00:00Z', until = '9999-01-01T00:00Z' }) =>
      account === accountId && Date.parse(from) <= startMs && startMs < Date.parse(until),
  );
  return isTest ? 'testAccount' : undefined;
}
