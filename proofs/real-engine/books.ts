import type { Buyer } from '../actors/buyer';
import type { PutEvent } from '../actors/put-usage';
import type { Exact } from '../simulation/exact';

/** A buyer, and what the driver knows about it. */
export interface EngineBuyer {
  actor: Buyer;
  isRegistered: boolean;
  isEnded: boolean;
  /** Known as soon as a function has stored it. */
  subscriptionId?: string;
}

/** A usage event as the seller's application reports it. */
export interface Reported extends Required<PutEvent> {
  pk: string;
  /** Whether it is usage if it is reported about now. */
  isUsage: boolean;
}

/** One version of an event, as the driver reported or put it. */
export interface Version {
  dimension: string;
  quantity: Exact;
  timeMs: number;
  tags: Readonly<Record<string, string>>;
}

/** A buyer's subscription, by the terms that the bill uses. */
export interface Customer {
  mode: 'license' | 'legacy';
  accountId: string;
  productCode: string;
  licenseArn?: string;
  isEnded: boolean;
}

/** The driver's own knowledge. None of it comes from the tables or from production code. */
export interface Books {
  /** The first version of accepted usage, and of valid usage that was put directly, by the key of its item. */
  used: Map<string, Version>;
  /** Items that were put directly and cannot be usage. */
  notUsage: Set<string>;
  /** Items that other usage replaced. */
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
