import { MAX_TAG_KEYS_PER_RECORD, MAX_TAGS_PER_ALLOCATION, TAG_KEY, TAG_VALUE } from '../rules/limits';
import { quantityText } from '../rules/quantity';
import { ServiceError } from '../rules/service-error';
import { allocatedQuantityOf, quantityOf, type UsageAllocation, type UsageRecord } from './usage-record';

/** @throws ServiceError for both quantities at once, and for allocations that are not all of the record's kind. */
export function requireOneKindOfQuantity({ Quantity, QuantityAsDecimal, UsageAllocations = [] }: UsageRecord): void {
  const isDecimal = QuantityAsDecimal !== undefined;
  if (isDecimal && Quantity !== undefined) {
    throw new ServiceError('ValidationException', 'Quantity and QuantityAsDecimal are mutually exclusive.');
  }
  const [own, other] = isDecimal
    ? (['AllocatedUsageQuantityAsDecimal', 'AllocatedUsageQuantity'] as const)
    : (['AllocatedUsageQuantity', 'AllocatedUsageQuantityAsDecimal'] as const);
  if (UsageAllocations.some((allocation) => allocation[own] === undefined || allocation[other] !== undefined)) {
    throw new ServiceError(
      'InvalidUsageAllocationsException',
      `Each usage allocation of this record must have ${own} and must not have ${other}.`,
    );
  }
}

/** @throws ServiceError for invalid tags, two allocations with the same tags, or a sum other than the quantity. */
export function requireValidAllocations(record: UsageRecord): void {
  const { UsageAllocations } = record;
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
  const sum = UsageAllocations.reduce((total, allocation) => total + allocatedQuantityOf(allocation), 0n);
  if (sum === quantityOf(record)) return;
  const texts = [sum, quantityOf(record)].map(quantityText);
  throw new ServiceError(
    'InvalidUsageAllocationsException',
    `Sum of allocated usage quantities (${texts[0]}) is not equal to the usage quantity (${texts[1]}).`,
  );
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
