/** The places in this project that rely on a fact, by the beginning of its name. The longest that fits counts. */
const PLACES: readonly (readonly [beginning: string, files: readonly string[]])[] = [
  ['BatchMeterUsage', ['lambdas/shared/marketplace/batch-meter-usage.ts', 'simulator/operations/batch-meter-usage.ts']],
  [
    'BatchMeterUsage.input',
    [
      'lambdas/shared/marketplace/batch-meter-usage.ts',
      'lambdas/shared/domain/marketplace-limits.ts',
      'simulator/operations/usage-record.ts',
      'simulator/rules/limits.ts',
    ],
  ],
  ['BatchMeterUsage.errors', ['lambdas/shared/marketplace/aws-errors.ts', 'simulator/rules/declared-errors.ts']],
  ['ResolveCustomer', ['lambdas/shared/marketplace/resolve-customer.ts', 'simulator/operations/resolve-customer.ts']],
  [
    'GetEntitlements',
    [
      'lambdas/shared/marketplace/get-entitlements.ts',
      'lambdas/shared/domain/marketplace-limits.ts',
      'simulator/operations/get-entitlements.ts',
    ],
  ],
  [
    'DescribeAgreement',
    ['lambdas/shared/marketplace/describe-agreement.ts', 'simulator/operations/describe-agreement.ts'],
  ],
  ['service', ['simulator/wire/aws-json.ts', 'simulator/wire/rpc-cbor.ts']],
  ['client', ['package.json', 'data/aws-facts.json']],
];

export const ALL_PLACES = PLACES.flatMap(([, files]) => files);

export function placesOf(fact: string): readonly string[] {
  const fitting = PLACES.filter(([beginning]) => fact.startsWith(beginning));
  return fitting.toSorted(([one], [other]) => other.length - one.length)[0]?.[1] ?? ['data/aws-facts.json'];
}
