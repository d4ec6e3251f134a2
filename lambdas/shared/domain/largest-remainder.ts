import { toScaledInteger, type Decimal } from './decimal';

/**
 * Parts of `steps` in proportion to `weights`, which sum to it exactly. Each part is its share rounded down. The
 * remaining steps go, one each, to the largest fractions (the earlier first among equals).
 */
export function largestRemainder(steps: bigint, weights: readonly Decimal[]): bigint[] {
  const scaled = weights.map(toScaledInteger);
  const total = scaled.reduce((a, b) => a + b, 0n);
  if (total === 0n) return weights.map(() => 0n);
  const shares = scaled.map((weight, index) => {
    const exact = steps * weight;
    return { index, part: exact / total, remainder: exact % total };
  });
  let remaining = steps - shares.reduce((a, { part }) => a + part, 0n);
  const parts = shares.map(({ part }) => part);
  // The sort is stable: the earlier first among equals.
  const byRemainder = [...shares].sort((a, b) => compare(b.remainder, a.remainder));
  for (const { index } of byRemainder) {
    if (remaining === 0n) break;
    parts[index] = (parts[index] ?? 0n) + 1n;
    remaining -= 1n;
  }
  return parts;
}

function compare(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
