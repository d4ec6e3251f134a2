import { decimal, type Decimal } from './decimal';
import { largestRemainder } from './largest-remainder';
import type { MeteringRecord } from './metering-record';
import { fromSteps, quantityText, sendablePart, toSteps } from './quantity-form';

/** A decimal record in whole units, and what that leaves for the Balance. */
export interface WholeRecord {
  /** Undefined: it has less than one unit, and nothing is left to send. */
  record: MeteringRecord | undefined;
  rest: Decimal;
}

/** The allocations keep their proportions, by largest remainder; the rest is carried untagged. */
export function toWholeRecord(record: MeteringRecord): WholeRecord {
  const quantity = decimal(record.quantity);
  const whole = sendablePart(quantity, 'whole');
  const rest = quantity.minus(whole);
  if (whole.eq(0) && rest.gt(0)) return { record: undefined, rest };
  const { allocations: decimals, ...others } = record;
  const allocations = decimals && shares(whole, decimals);
  return {
    record: { ...others, form: 'whole', quantity: quantityText(whole, 'whole'), ...(allocations && { allocations }) },
    rest,
  };
}

function shares(whole: Decimal, decimals: NonNullable<MeteringRecord['allocations']>) {
  const parts = largestRemainder(
    toSteps(whole, 'whole'),
    decimals.map(({ quantity }) => decimal(quantity)),
  );
  const allocations = decimals.flatMap(({ tags }, index) => {
    const steps = parts[index] ?? 0n;
    return steps === 0n ? [] : [{ quantity: quantityText(fromSteps(steps, 'whole'), 'whole'), tags }];
  });
  // AWS requires the field to be absent when nothing is tagged.
  return allocations.every(({ tags }) => Object.keys(tags).length === 0) ? undefined : allocations;
}
