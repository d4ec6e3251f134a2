import { sum, ZERO, type Decimal } from './decimal';
import type { QuantityForm } from '../contract/seller-configuration';
import { largestRemainder } from './largest-remainder';
import { MAX_ALLOCATIONS_PER_RECORD } from './marketplace-limits';
import type { Allocation } from './metering-record';
import { fromSteps, quantityText, toSteps } from './quantity-form';
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
 * Splits a quantity by tag set, in proportion to the usage under each, by largest remainder: the parts are multiples of
 * the form's step and sum to the quantity. Usage carried in from earlier hours has no tags. Covered usage is taken off every tag set in
 * proportion. If there are too many tag sets for AWS, or the record becomes too large, the smallest shares join the
 * untagged one: the buyer loses tags, but the bill stays right.
 *
 * @returns undefined when nothing is tagged: AWS requires the field to be absent then.
 */
export function allocate(quantity: Decimal, input: AllocationInput): Allocation[] | undefined {
  const { form } = input;
  const shares = foldedToLimits(sharesByTagSet(input));
  const parts = largestRemainder(
    toSteps(quantity, form),
    shares.map(({ weight }) => weight),
  );
  const allocations = shares.flatMap(({ tags }, index) => {
    const steps = parts[index] ?? 0n;
    return steps === 0n ? [] : [{ quantity: quantityText(fromSteps(steps, form), form), tags }];
  });
  return allocations.every(({ tags }) => tags === UNTAGGED) ? undefined : allocations;
}

export interface AllocationInput {
  form: QuantityForm;
  fold: Fold;
  /** The part of the usage that a contract covers. */
  coveredQuantity?: Decimal;
  carriedIn: Decimal;
  allowedTagKeys: readonly string[];
}

/** Shares, largest first. Ties are ordered by their tags, so that every run decides the same. */
function sharesByTagSet({ fold, coveredQuantity = ZERO, carriedIn, allowedTagKeys }: AllocationInput): Share[] {
  const used = totalOf(fold);
  const overage = used.minus(coveredQuantity);
  // Only the proportions matter. A quotient would have to be rounded, so every weight is multiplied by the usage instead.
  const isCovered = coveredQuantity.gt(0);
  const carried = isCovered ? carriedIn.times(used) : carriedIn;
  const shares = new Map<string, Share>([['', { key: '', tags: UNTAGGED, weight: carried }]]);
  for (const { tags: given, quantity: usedOfEvent } of fold.values()) {
    const quantity = isCovered ? usedOfEvent.times(overage) : usedOfEvent;
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

/** `{"AllocatedUsageQuantityAsDecimal":"9999999999.999999","Tags":[{"Key":"…","Value":"…"}]},`: the longest JSON. */
export function allocationBytes(tags: TagSet): number {
  const PER_ALLOCATION_BYTES = 66;
  const PER_TAG_BYTES = 22;
  // Every character AWS allows in a tag is one byte.
  return Object.entries(tags).reduce(
    (bytes, [key, value]) => bytes + key.length + value.length + PER_TAG_BYTES,
    PER_ALLOCATION_BYTES,
  );
}
