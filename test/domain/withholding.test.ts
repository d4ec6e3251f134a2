import { describe, expect, it } from 'vitest';
import type { Product, TestAccount } from '../../lambdas/shared/contract/seller-configuration';
import { parseHour } from '../../lambdas/shared/domain/hour';
import { isEndMissing, testsOf, withholdingOf } from '../../lambdas/shared/domain/withholding';
import { aProduct, PRODUCT_CODE } from '../builders/a-payer';

const ACCOUNT = '111122223333';

function reasons(hours: string[], { liveFrom, tests = [] }: { liveFrom?: string; tests?: TestAccount[] }) {
  const products = new Map<string, Product>([[PRODUCT_CODE, aProduct({ liveFrom })]]);
  const buyer = { productCode: PRODUCT_CODE, customerAWSAccountId: ACCOUNT };
  const withholding = withholdingOf(buyer, { products, testAccounts: tests });
  return hours.map((hour) => withholding(parseHour(hour)!));
}

describe('usage that is withheld', () => {
  it('is that of hours before the product is live', () => {
    const hours = ['2026-11-30T23', '2026-12-01T00'];
    expect(reasons(hours, { liveFrom: '2026-12-01T00:00Z' })).toEqual(['dryRun', undefined]);
    expect(reasons(hours, { liveFrom: 'notYet' })).toEqual(['dryRun', 'dryRun']);
    expect(reasons(hours, {})).toEqual([undefined, undefined]);
  });

  it('is that of test accounts, from their first hour to their last', () => {
    const hours = ['2026-03-10T11', '2026-03-10T12', '2026-03-10T13'];
    const span = { account: ACCOUNT, from: '2026-03-10T12:00Z', until: '2026-03-10T13:00Z' };
    expect(reasons(hours, { tests: [span] })).toEqual([undefined, 'testAccount', undefined]);
    expect(reasons(hours, { tests: [{ account: ACCOUNT }] })).toEqual(hours.map(() => 'testAccount'));
    expect(reasons(hours, { tests: [{ account: '444455556666' }] })).toEqual(hours.map(() => undefined));
  });

  it('is none of a subscription whose product or account is not known', () => {
    const products = new Map([[PRODUCT_CODE, aProduct({ liveFrom: 'notYet' })]]);
    const testAccounts = [{ account: ACCOUNT }];
    const hour = parseHour('2026-03-10T12')!;
    expect(withholdingOf(undefined, { products, testAccounts })(hour)).toBeUndefined();
    expect(withholdingOf({ productCode: 'other' }, { products, testAccounts })(hour)).toBeUndefined();
  });
});

describe('the end of a test', () => {
  const buyer = { productCode: PRODUCT_CODE, customerAWSAccountId: ACCOUNT };
  const configuredBy = (liveFrom?: string, testAccounts: TestAccount[] = []) =>
    testsOf({ products: new Map<string, Product>([[PRODUCT_CODE, aProduct({ liveFrom })]]), testAccounts });

  it.each([
    ['its product has lost its hour', configuredBy('notYet')],
    ['its account is no longer listed', configuredBy(undefined, [{ account: ACCOUNT }])],
  ])('is missing when %s', (_name, noted) => {
    expect(isEndMissing(buyer, { noted, configured: configuredBy() })).toBe(true);
  });

  it('is not missing while the configuration names the test, or for somebody else', () => {
    const noted = configuredBy('notYet', [{ account: ACCOUNT }]);
    const named = configuredBy('2026-03-10T12:00Z', [{ account: ACCOUNT, until: '2026-03-10T12:00Z' }]);
    expect(isEndMissing(buyer, { noted, configured: named })).toBe(false);
    expect(isEndMissing({ productCode: 'other' }, { noted, configured: configuredBy() })).toBe(false);
    expect(isEndMissing(undefined, { noted, configured: configuredBy() })).toBe(false);
  });
});
