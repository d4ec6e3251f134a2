import { toScaledInteger, type Decimal } from './decimal';

/**
 * Whole parts of `quantity` in proportion to `weights`, which sum to it exactly. Each part is its share rounded down.
 * The remaining units go, one each, to the largest fractions (the earlier first among equals).
 */
export function largestRemainder(quantity: number, weights: readonly Decimal[]): number[] {
  const scaled = weights.map(toScaledInteger);
  const total = scaled.reduce((a, b) => a + b, 0n);
  if (total === 0n) return weights.map(() => 0);
  const shares = scaled.map((weight, index) => {
    const exact = BigInt(quantity) * weight;
    return { index, part: exact / total, remainder: exact % total };
  });
  let remaining = BigInt(quantity) - shares.reduce((a, { part }) => a + part, 0n);
  const parts = shares.map(({ part }) => part);
  // The sort is stable: the earlier first among equals.
  const byRemainder = [...shares].sort((a, b) => Number(b.remainder - a.remainder));
  for (const { index } of byRemainder) {
    if (remaining === 0n) break;
    parts[index] = (parts[index] ?? 0n) + 1n;
    remaining -= 1n;
  }
  return parts.map(Number);
}
