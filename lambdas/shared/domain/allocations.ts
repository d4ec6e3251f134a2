import { sum, ZERO, type Decimal } from './decimal';
import { largestRemainder } from './largest-remainder';
import { MAX_ALLOCATIONS_PER_RECORD } from './marketplace-limits';
import type { Allocation } from './metering-record';
import { keepAllowedTags, tagSetKey, UNTAGGED, type TagSet } from './tag-set';
import { totalOf, type Fold } from './usage-tally';

/** Allocations of this size fit into a DynamoDB item (400 KB), and three such records fit into one call (1 MB). */
export const MAX_ALLOCATIONS_BYTES = 300_000;

interface Share {
  key: string;
  tags: TagSet;
  weight: Decimal;
}

/**
 * Splits a whole quantity by tag set, in proportion to the usage under each, by largest remainder: the parts are whole
 * and sum to the quantity. Usage carried in from earlier hours has no tags. Covered usage is taken off every tag set in
 * proportion. If there are too many tag sets for AWS, or the record becomes too large, the smallest shares join the
 * untagged one: the buyer loses tags, but the bill stays right.
 *
 * @returns undefined when nothing is tagged: AWS requires the field to be absent then.
 */
export function allocate(quantity: number, input: AllocationInput): Allocation[] | undefined {
  const shares = foldedToLimits(sharesByTagSet(input));
  const parts = largestRemainder(
    quantity,
    shares.map(({ weight }) => weight),
  );
  const allocations = shares
    .map(({ tags }, index) => ({ quantity: parts[index] ?? 0, tags }))
    .filter((allocation) => allocation.quantity > 0);
  return allocations.every(({ tags }) => tags === UNTAGGED) ? undefined : allocations;
}

export interface AllocationInput {
  fold: Fold;
  /** The part of the usage that a contract covers. */
  coveredQuantity?: Decimal;
  carriedIn: Decimal;
  allowedTagKeys: readonly string[];
}

/** Shares, largest first. Ties are ordered by their tags, so that every run decides the same. */
function sharesByTagSet({ fold, coveredQuantity = ZERO, carriedIn, allowedTagKeys }: AllocationInput): Share[] {
  const shares = new Map<string, Share>([['', { key: '', tags: UNTAGGED, weight: carriedIn }]]);
  const used = totalOf(fold);
  const overage = used.minus(coveredQuantity);
  for (const { tags: given, quantity: usedOfEvent } of fold.values()) {
    const quantity = coveredQuantity.eq(0) ? usedOfEvent : usedOfEvent.times(overage).div(used);
    const tags = keepAllowedTags(given, allowedTagKeys);
    const key = tagSetKey(tags);
    const share = shares.get(key);
    if (share) share.weight = share.weight.plus(quantity);
    else shares.set(key, { key, tags, weight: quantity });
  }
  return [...shares.values()].sort((a, b) => b.weight.cmp(a.weight) || (a.key < b.key ? -1 : 1));
}

/** The largest shares, as many as fit. All others are folded into the untagged share, which comes last. */
function foldedToLimits(shares: Share[]): Omit<Share, 'key'>[] {
  const kept: Share[] = [];
  const folded = shares.filter(({ key }) => key === '');
  let bytes = 0;
  for (const share of shares) {
    if (share.key === '') continue;
    bytes += allocationBytes(share.tags);
    // One place is kept for the untagged allocation.
    if (kept.length < MAX_ALLOCATIONS_PER_RECORD - 1 && bytes <= MAX_ALLOCATIONS_BYTES) kept.push(share);
    else folded.push(share);
  }
  return [...kept, { tags: UNTAGGED, weight: sum(folded.map(({ weight }) => weight)) }];
}

/** The JSON with the longest quantity: `{"AllocatedUsageQuantity":2147483647,"Tags":[{"Key":"…","Value":"…"}]},`. */
export function allocationBytes(tags: TagSet): number {
  const PER_ALLOCATION_BYTES = 50;
  const PER_TAG_BYTES = 22;
  // Every character AWS allows in a tag is one byte.
  return Object.entries(tags).reduce(
    (bytes, [key, value]) => bytes + key.length + value.length + PER_TAG_BYTES,
    PER_ALLOCATION_BYTES,
  );
}
