import type { ItemWrite } from '../../../../local/dynamodb/memory-dynamodb';
import type { MemoryWorld } from '../memory-engine';
import type { SentRecord } from './sent-record';

/** Follows what is stored about a product's decimals. */
export function watchTrial(world: MemoryWorld, productCode: string, { after }: ItemWrite): void {
  const { books, timeline } = world;
  const state = after.state === undefined ? 'unproven' : String(after.state);
  if (books.trials.get(productCode)?.state === state) return;
  if (state === 'halted') world.count('decimalsHalted', productCode);
  books.trials.set(productCode, { state, sinceMs: timeline.nowMs });
}

/** A call that was allowed may leave this much later. */
const IN_FLIGHT_MS = 60_000;

/** Checks a call as it leaves for AWS. */
export function watchTried(
  { books, timeline, buyers }: MemoryWorld,
  records: readonly SentRecord[],
  { isLate }: { isLate: boolean },
): void {
  const [first] = records;
  if (first?.QuantityAsDecimal === undefined || isLate) return;
  const productCode = buyers.ofRecord(first)?.productCode ?? '';
  const { state, sinceMs } = books.trials.get(productCode) ?? { state: 'unproven', sinceMs: -Infinity };
  if (timeline.nowMs - sinceMs < IN_FLIGHT_MS) return;
  const what = () => `${records.length} decimal records of ${productCode} in a call, which is ${state}`;
  books.require(state === 'proven' || (state === 'unproven' && records.length === 1), 'decimalsTried', what);
}
