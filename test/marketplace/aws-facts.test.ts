import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as limits from '../../lambdas/shared/domain/marketplace-limits';
import { readFacts } from '../../proofs/drift/aws-facts';

const { operations } = readFacts();
const usage = operations.BatchMeterUsage?.input ?? {};
const entitlements = operations.GetEntitlements?.input ?? {};
const tag = (name: string) => usage[`UsageRecords[].UsageAllocations[].Tags[].${name}`]?.max;

describe("the product's limits", () => {
  it.each([
    ['MAX_RECORDS_PER_CALL', limits.MAX_RECORDS_PER_CALL, usage.UsageRecords?.max],
    ['MAX_WHOLE_QUANTITY', limits.MAX_WHOLE_QUANTITY, usage['UsageRecords[].Quantity']?.max],
    ['MAX_ALLOCATIONS_PER_RECORD', limits.MAX_ALLOCATIONS_PER_RECORD, usage['UsageRecords[].UsageAllocations']?.max],
    ['MAX_TAGS', limits.MAX_TAGS, usage['UsageRecords[].UsageAllocations[].Tags']?.max],
    ['MAX_ENTITLEMENTS_PER_PAGE', limits.MAX_ENTITLEMENTS_PER_PAGE, entitlements.MaxResults?.max],
  ])('are those of the model: %s', (_, ours, models) => {
    expect(ours).toBe(models);
  });

  it("writes decimal quantities by the model's pattern", () => {
    const { pattern, max } = usage['UsageRecords[].QuantityAsDecimal'] ?? {};
    expect(limits.QUANTITY_TEXT.source).toBe(`^${pattern}$`);
    expect(limits.MAX_DECIMAL_QUANTITY).toHaveLength(max ?? 0);
  });

  it.each([
    ['TAG_KEY', limits.TAG_KEY, tag('Key')],
    ['TAG_VALUE', limits.TAG_VALUE, tag('Value')],
  ])("are the model's for the length of a tag: %s", (_, pattern, longest = 0) => {
    expect([pattern.test('a'.repeat(longest)), pattern.test('a'.repeat(longest + 1))]).toEqual([true, false]);
  });
});

/** Errors that no operation declares: they come from the framework in front of a service, or from credentials. */
const OF_THE_FRAMEWORK = [
  'AccessDeniedException',
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'TooManyRequestsException',
  'UnrecognizedClientException',
  'ValidationException',
  // Earlier models of BatchMeterUsage declared it.
  'InvalidEndpointRegionException',
];

describe('the adapters', () => {
  it('treat no exception specially that no model declares', () => {
    const folder = join('lambdas', 'shared', 'marketplace');
    const named = readdirSync(folder).flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/'(\w+Exception)'/g)].map(([, name = '']) => name),
    );
    const declared = Object.values(operations).flatMap(({ errors }) => errors);

    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !declared.includes(name) && !OF_THE_FRAMEWORK.includes(name))).toEqual([]);
  });
});
