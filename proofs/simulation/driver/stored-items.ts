import { inflateRawSync } from 'node:zlib';
import type { FrozenRecord, HourKey } from './books';
import { exactNumber, type Exact } from './exact';

/** Items of the tables, read by code that shares nothing with the stores. */
type Item = Readonly<Record<string, unknown>>;

export interface StoredTally extends HourKey {
  events: readonly { key: string; quantity: Exact; tags: Readonly<Record<string, string>> }[];
}

interface PackedEvents {
  ids: string[];
  quantities: string[];
  tagSets?: Record<string, string>[];
  tagSetOf?: number[];
}

export function toTally({ pk, events }: Item): StoredTally {
  const [subscriptionId = '', hour = '', ...dimension] = String(pk).split('#');
  if (typeof events !== 'string' && !(events instanceof Uint8Array)) throw new Error('A tally holds no packed events.');
  const text = typeof events === 'string' ? events : inflateRawSync(events).toString('utf8');
  const { ids, quantities, tagSets = [], tagSetOf = [] } = JSON.parse(text) as PackedEvents;
  const unpacked = ids.map((key, n) => ({
    key,
    quantity: exactNumber(quantities[n] ?? ''),
    tags: tagSets[tagSetOf[n] ?? -1] ?? {},
  }));
  return { subscriptionId, hour, dimension: dimension.join('#'), events: unpacked };
}

export interface StoredHour extends HourKey {
  state: string;
  tallies: number;
  used: Exact;
  carriedIn: Exact;
  carriedOut: Exact;
  expiredQuantity: Exact;
  coveredQuantity: Exact;
  rejectedQuantity: Exact;
  rejectedUse: readonly string[];
  record?: FrozenRecord;
  meteringRecordId?: string;
}

export function toHour(item: Item): StoredHour {
  const amount = (name: string) => (item[name] === undefined ? 0n : exactNumber(String(item[name])));
  return {
    subscriptionId: String(item.pk),
    hour: String(item.sk).slice(0, 13),
    dimension: String(item.sk).slice(14),
    state: String(item.state),
    tallies: Number(String(item.tallies ?? 0)),
    used: amount('used'),
    carriedIn: amount('carriedIn'),
    carriedOut: amount('carriedOut'),
    expiredQuantity: amount('expiredQuantity'),
    coveredQuantity: amount('coveredQuantity'),
    rejectedQuantity: amount('rejectedQuantity'),
    rejectedUse: (item.rejectedUse ?? []) as readonly string[],
    record: item.record === undefined ? undefined : (JSON.parse(String(item.record)) as FrozenRecord),
    meteringRecordId: item.meteringRecordId === undefined ? undefined : String(item.meteringRecordId),
  };
}

/** The allowed changes of an hour's state, written down independently of production code. */
export const NEXT_STATES: Readonly<Record<string, readonly string[]>> = {
  open: ['open', 'sealed', 'covered', 'carried', 'rejected', 'expired'],
  sealed: ['sealed', 'billed', 'rejected', 'expired', 'unconfirmed', 'carried'],
  billed: ['billed'],
  covered: ['covered'],
  carried: ['carried'],
  rejected: ['rejected', 'billed'],
  expired: ['expired'],
  // Only the operator ends it as carried.
  unconfirmed: ['unconfirmed', 'billed', 'carried'],
};
