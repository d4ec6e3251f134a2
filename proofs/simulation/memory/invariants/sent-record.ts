import type { BatchMeterUsageCommandInput, UsageRecord } from '@aws-sdk/client-marketplace-metering';
import { tagText } from '../../driver/books';
import { exactly, type Exact } from '../../driver/exact';

/** A record as it leaves for AWS, with the members that the SDK does not know. */
export interface SentRecord extends UsageRecord {
  QuantityAsDecimal?: string;
  UsageAllocations?: SentAllocation[];
}

type SentAllocation = NonNullable<UsageRecord['UsageAllocations']>[number] & {
  AllocatedUsageQuantityAsDecimal?: string;
};

export interface SentCall extends BatchMeterUsageCommandInput {
  UsageRecords: SentRecord[] | undefined;
}

/** AWS's pattern, written down independently of production code. */
const DECIMAL = /^(0|[1-9][0-9]{0,9})(\.[0-9]{1,6})?$/;
const LARGEST_WHOLE = 2_147_483_647;

/** What is wrong with the quantities of a record: AWS would refuse the whole call. */
export function quantityProblem(record: SentRecord): string | undefined {
  const isDecimal = record.QuantityAsDecimal !== undefined;
  const pairs = [
    [record.Quantity, record.QuantityAsDecimal] as const,
    ...(record.UsageAllocations ?? []).map(
      (each) => [each.AllocatedUsageQuantity, each.AllocatedUsageQuantityAsDecimal] as const,
    ),
  ];
  for (const [whole, decimal] of pairs) {
    if ((whole === undefined) !== isDecimal || (decimal === undefined) === isDecimal)
      return 'not exactly one quantity of the form of its record';
    if (decimal !== undefined && !DECIMAL.test(decimal)) return `a quantity of ${decimal}`;
    if (whole !== undefined && !(Number.isInteger(whole) && whole >= 0 && whole <= LARGEST_WHOLE))
      return `a quantity of ${whole}`;
  }
  return undefined;
}

export function quantityOf({ Quantity = 0, QuantityAsDecimal = Quantity.toString() }: SentRecord): Exact {
  return exactly(QuantityAsDecimal);
}

/** One step of the record's form: a millionth, or a unit. */
export function stepOf({ QuantityAsDecimal }: SentRecord): Exact {
  return QuantityAsDecimal === undefined ? exactly(1) : exactly('0.000001');
}

/** The allocations by tag set; all of the quantity is untagged if there are none. */
export function sharesOf(record: SentRecord): [tags: string, quantity: Exact][] {
  if (record.UsageAllocations === undefined) return [['', quantityOf(record)]];
  return record.UsageAllocations.map(
    ({ AllocatedUsageQuantity = 0, AllocatedUsageQuantityAsDecimal: text, Tags = [] }) => [
      tagText(Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]))),
      exactly(text ?? AllocatedUsageQuantity),
    ],
  );
}
