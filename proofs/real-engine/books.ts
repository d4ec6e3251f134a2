import type { Exact } from '../simulation/exact';

/** One version of an event, as the driver reported or put it. */
export interface Version {
  dimension: string;
  quantity: Exact;
  timeMs: number;
  tags: Readonly<Record<string, string>>;
}

/** A buyer's subscription, as whoever compares the bill needs to know it. */
export interface Customer {
  mode: 'license' | 'legacy';
  accountId: string;
  productCode: string;
  licenseArn?: string;
  isEnded: boolean;
}

/** What the driver knows by itself: nothing in here was read from the tables or computed by production code. */
export interface Books {
  /** Usage that was answered `accepted`, or that was put and can be usage, by the key of its item: the first version. */
  used: Map<string, Version>;
  /** Items that were put and cannot be usage. */
  notUsage: Set<string>;
  /** Items that were written over with other usage. */
  overwritten: Set<string>;
  /** By subscription id. */
  customers: Map<string, Customer>;
}

export const emptyBooks = (): Books => ({
  used: new Map(),
  notUsage: new Set(),
  overwritten: new Set(),
  customers: new Map(),
});

/** The parts of `<subscriptionId>#<source>#<id>`: the item's subscription, and its key in a tally. */
export function subscriptionOf(pk: string): string {
  return pk.slice(0, pk.indexOf('#'));
}
