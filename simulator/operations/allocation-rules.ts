import { MAX_TAG_KEYS_PER_RECORD, MAX_TAGS_PER_ALLOCATION, TAG_KEY, TAG_VALUE } from '../rules/limits';
import { ServiceError } from '../rules/service-error';
import type { UsageAllocation, UsageRecord } from './usage-record';

/** @throws ServiceError for invalid tags, two allocations with the same tags, or a sum other than the quantity. */
export function requireValidAllocations({ UsageAllocations, Quantity = 0 }: UsageRecord): void {
  if (UsageAllocations === undefined) return;
  for (const { Tags } of UsageAllocations) requireValidTags(Tags);
  const keys = new Set(UsageAllocations.flatMap(({ Tags = [] }) => Tags.map(({ Key }) => Key)));
  if (keys.size > MAX_TAG_KEYS_PER_RECORD) {
    throw new ServiceError('InvalidTagException', `The record uses ${keys.size} tag keys. At most 5 are allowed.`);
  }
  // An allocation without tags counts as the empty set, so there can be only one.
  if (new Set(UsageAllocations.map(tagSet)).size < UsageAllocations.length) {
    throw new ServiceError('InvalidUsageAllocationsException', 'Two usage allocations have the same set of tags.');
  }
  // The sum of at most 2,500 integers below 2^31 is exact.
  const sum = UsageAllocations.reduce((total, allocation) => total + allocation.AllocatedUsageQuantity, 0);
  if (sum !== Quantity) {
    throw new ServiceError(
      'InvalidUsageAllocationsException',
      `Sum of allocated usage quantities (${sum}) is not equal to the usage quantity (${Quantity}).`,
    );
  }
}

function requireValidTags(tags: UsageAllocation['Tags']): void {
  if (tags === undefined) return;
  const invalid =
    tags.length === 0 ||
    tags.length > MAX_TAGS_PER_ALLOCATION ||
    new Set(tags.map(({ Key }) => Key)).size < tags.length ||
    tags.some(({ Key, Value }) => !TAG_KEY.test(Key) || !TAG_VALUE.test(Value));
  if (invalid) throw new ServiceError('InvalidTagException');
}

/** The same text for the same tags in any order. */
function tagSet({ Tags = [] }: UsageAllocation): string {
  return JSON.stringify(Tags.map(({ Key, Value }) => JSON.stringify([Key, Value])).sort());
}
