import { hash } from 'node:crypto';

/** Every sparse index of what is due (`dueShard`, `dueAt`) is spread over so many partitions. */
export const DUE_SHARDS = 4;

/** The partition of all that is due for a subscription. */
export function dueShardOf(subscriptionId: string): number {
  return hash('sha256', subscriptionId, 'buffer').readUInt32BE(0) % DUE_SHARDS;
}
