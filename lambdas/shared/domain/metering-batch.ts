import { allocationBytes } from './allocations';
import { MAX_CALL_BYTES, MAX_RECORDS_PER_CALL } from './marketplace-limits';
import { callNameOf, type MeteringRecord, type SealedRecord } from './metering-record';

/** AWS limits the serialized request; this leaves room for the envelope and a margin. */
const MAX_BATCH_BYTES = MAX_CALL_BYTES - 50_000;

/**
 * Groups sealed records into calls: one product, identity mode and form each, at most 25 records, below 1 MB. `add` returns
 * full calls only and `rest` returns the others, so that a run makes ⌈records / 25⌉ calls a product.
 */
export class MeteringBatcher {
  readonly #open = new Map<string, { records: SealedRecord[]; bytes: number }>();

  /** @returns the calls that became full. */
  add(sealed: SealedRecord): SealedRecord[][] {
    const name = callNameOf(sealed.record);
    const bytes = recordBytes(sealed.record);
    const full: SealedRecord[][] = [];
    let batch = this.#open.get(name);
    if (batch !== undefined && batch.bytes + bytes > MAX_BATCH_BYTES) {
      full.push(batch.records);
      batch = undefined;
    }
    batch ??= { records: [], bytes: 0 };
    batch.records.push(sealed);
    batch.bytes += bytes;
    this.#open.set(name, batch);
    if (batch.records.length === MAX_RECORDS_PER_CALL) {
      full.push(batch.records);
      this.#open.delete(name);
    }
    return full;
  }

  /** Empties the batcher. @returns the calls that are not full. */
  rest(): SealedRecord[][] {
    const batches = [...this.#open.values()].map(({ records }) => records);
    this.#open.clear();
    return batches;
  }
}

/** An upper bound of a record's bytes in the request. */
export function recordBytes({ dimension, allocations = [] }: MeteringRecord): number {
  // Field names, an account id, an ARN (at most 200) or customer identifier (at most 255), the timestamp, the quantity.
  const FIXED_BYTES = 640;
  // JSON writes some characters of a dimension as six: \u0001.
  const dimensionBytes = 6 * dimension.length;
  return allocations.reduce((bytes, { tags }) => bytes + allocationBytes(tags), FIXED_BYTES + dimensionBytes);
}
