import { parseDecimal, ZERO, type Decimal } from '../domain/decimal';
import type { MeteringRecord } from '../domain/metering-record';
import type { EchoedRecord } from './decimal-members';

type EchoedQuantity = Pick<EchoedRecord, 'Quantity' | 'QuantityAsDecimal'>;

/** What the record in a `Success` says of the quantity that AWS took. */
export type Echo =
  | { kind: 'agrees' }
  /** A whole record came back without a quantity. That proves nothing: its field is the one that every AWS knows. */
  | { kind: 'missing' }
  /** AWS bills another quantity, or says nothing that can be read. `echoed` is for people. */
  | { kind: 'differs'; echoed: string };

/** Compares by value, over both fields: AWS may repeat a quantity in the other one. A record without either is 0. */
export function echoOf({ form, quantity }: MeteringRecord, { Quantity, QuantityAsDecimal }: EchoedQuantity): Echo {
  const fields = [Quantity, QuantityAsDecimal].filter((field) => field !== undefined).map((field) => String(field));
  const values = fields.map(parseDecimal);
  const isEqual = (value: Decimal | undefined) => value?.eq(quantity) === true;
  if ((values.length === 0 ? [ZERO] : values).every(isEqual)) return { kind: 'agrees' };
  if (values.length === 0 && form === 'whole') return { kind: 'missing' };
  return { kind: 'differs', echoed: fields.join(' and ') || 'nothing' };
}
