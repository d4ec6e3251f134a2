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

/** The events that the item of an hour holds itself. */
export function toInlineTally(item: Item): StoredTally {
  const { inlineEvents = new Set() } = item;
  if (!(inlineEvents instanceof Set)) throw new Error('The inline events of an hour are no set.');
  const events = [...inlineEvents].map((text) => {
    const [id, quantity, tags = {}] = JSON.parse(String(text)) as [string, string, Record<string, string>?];
    // A key has a #; what has none is 16 bytes of a UUID.
    const hex = Buffer.from(id, 'base64url').toString('hex');
    const key = id.includes('#') ? id : `#${hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}`;
    return { key, quantity: exactNumber(quantity), tags };
  });
  return { ...hourOfItem(item), events };
}

function hourOfItem({ pk, sk }: Item): HourKey {
  return { subscriptionId: String(pk), hour: String(sk).slice(0, 13), dimension: String(sk).slice(14) };
}

export interface StoredHour extends HourKey {
  state: string;
  /** The tallies that must be stored beside it. */
  tallies: number;
  used: Exact;
  carriedIn: Exact;
  carriedOut: Exact;
  expiredQuantity: Exact;
  coveredQuantity: Exact;
  rejectedQuantity: Exact;
  rejectedUse: readonly string[];
  withheldQuantity: Exact;
  withheldUse: readonly string[];
  record?: FrozenRecord;
  meteringRecordId?: string;
}

export function toHour(item: Item): StoredHour {
  const amount = (name: string) => (item[name] === undefined ? 0n : exactNumber(String(item[name])));
  const count = (name: string) => Number(String(item[name] ?? 0));
  return {
    ...hourOfItem(item),
    state: String(item.state),
    tallies: count('tallies') - count('inlineVersion'),
    used: amount('used'),
    carriedIn: amount('carriedIn'),
    carriedOut: amount('carriedOut'),
    expiredQuantity: amount('expiredQuantity'),
    coveredQuantity: amount('coveredQuantity'),
    rejectedQuantity: amount('rejectedQuantity'),
    rejectedUse: (item.rejectedUse ?? []) as readonly string[],
    withheldQuantity: amount('withheldQuantity'),
    withheldUse: (item.withheldUse ?? []) as readonly string[],
    record: item.record === undefined ? undefined : (JSON.parse(String(item.record)) as FrozenRecord),
    meteringRecordId: item.meteringRecordId === undefined ? undefined : String(item.meteringRecordId),
  };
}

/** The allowed changes of an hour's state, written down independently of production code. */
export const NEXT_STATES: Readonly<Record<string, readonly string[]>> = {
  open: ['open', 'sealed', 'covered', 'carried', 'withheld', 'rejected', 'expired'],
  sealed: ['sealed', 'billed', 'rejected', 'expired', 'unconfirmed', 'carried'],
  billed: ['billed'],
  covered: ['covered'],
  carried: ['carried'],
  withheld: ['withheld'],
  rejected: ['rejected', 'billed'],
  expired: ['expired'],
  // Only the operator ends it as carried.
  unconfirmed: ['unconfirmed', 'billed', 'carried'],
};
