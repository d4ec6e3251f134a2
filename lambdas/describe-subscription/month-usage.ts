import type { Product } from '../shared/contract/seller-configuration';
import { decimalText, ZERO, type Decimal } from '../shared/domain/decimal';
import { entitledAmount, type Entitlements } from '../shared/domain/entitlements';
import { hourOf, type Hour, type HourKey } from '../shared/domain/hour';
import type { HourlyUsage } from '../shared/domain/hourly-usage';
import { totalOf } from '../shared/domain/usage-tally';
import { readFoldedHour, type FoldedHourDeps } from '../shared/stores/folded-hour';
import type { SubscriptionUsageReader } from '../shared/stores/subscription-usage';
import type { CoveringContract } from './covering-contracts';

export interface MonthUsageDeps extends FoldedHourDeps {
  usage: SubscriptionUsageReader;
}

/** Sums of a part of the month. With few dimensions, one answer has the whole month. */
export interface MonthUsage {
  byDimension: Map<string, { open: Decimal; month: Decimal }>;
  /** Present when there are older hours: ask for the ones before this hour, and add their sums. */
  nextBefore?: Pick<HourKey, 'hour' | 'dimension'>;
}

/** A page is up to 1 MB, some thousands of hours; a subscription with 10 dimensions has 7,440 hours in a month. */
const MAX_PAGES = 4;
/** Reading an open hour is expensive: its usage is the sum of its tallies. */
const MAX_OPEN_HOURS = 25;

/** Adds up the hours of the month from the newest to the oldest, up to the limits of one answer. */
export async function readMonthUsage(
  { subscriptionId, month, before }: { subscriptionId: string; month: Hour; before?: MonthUsage['nextBefore'] },
  deps: MonthUsageDeps,
): Promise<MonthUsage> {
  const byDimension: MonthUsage['byDimension'] = new Map();
  let last = before;
  let openHours = 0;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { hours, hasMore } = await deps.usage.listHours({ subscriptionId, from: month, before: last });
    for (const hour of hours) {
      const open = hour.state === 'open';
      if (open && openHours === MAX_OPEN_HOURS) return { byDimension, nextBefore: last };
      openHours += open ? 1 : 0;
      const used = await usedIn(hour, deps);
      const sums = byDimension.get(hour.dimension) ?? { open: ZERO, month: ZERO };
      byDimension.set(hour.dimension, {
        open: open ? sums.open.plus(used) : sums.open,
        month: sums.month.plus(used),
      });
      last = { hour: hour.hour, dimension: hour.dimension };
    }
    if (!hasMore) return { byDimension };
  }
  return { byDimension, nextBefore: last };
}

/** The usage of an hour. If it was closed since it was listed, its item has the sum. */
async function usedIn(listed: HourlyUsage, deps: MonthUsageDeps): Promise<Decimal> {
  if (listed.state !== 'open') return listed.used;
  const folded = await readFoldedHour(listed, deps);
  if (folded === undefined) return ZERO;
  return folded.hour.state === 'open' ? totalOf(folded.fold) : folded.hour.used;
}

/** The first hour of the calendar month, UTC. */
export function monthOf(nowMs: number): Hour {
  const now = new Date(nowMs);
  return hourOf(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
}

export interface ShownUsage {
  dimension: string;
  unit?: string;
  open: string;
  month: string;
  entitled?: string;
  contract?: { entitlement: string; covered: string; from: string; until: string };
}

interface ShownUsageContext {
  product?: Product;
  entitlements?: Entitlements;
  covering: ReadonlyMap<string, CoveringContract>;
  at: string;
}

/** The usage of dimensions that were used, or that the contract includes, for a page about the subscription. */
export function shownUsage(
  { byDimension }: MonthUsage,
  { product, entitlements, covering, at }: ShownUsageContext,
): ShownUsage[] {
  const entitled = entitlements?.entitlements.map(({ dimension }) => dimension) ?? [];
  return [...new Set([...byDimension.keys(), ...entitled, ...covering.keys()])].sort().map((dimension) => {
    const { open, month } = byDimension.get(dimension) ?? { open: ZERO, month: ZERO };
    const contract = covering.get(dimension);
    const amount = entitlements && entitledAmount(entitlements, contract?.entitlement ?? dimension, at);
    return {
      dimension,
      unit: product?.dimensions.find(({ apiName }) => apiName === dimension)?.unit,
      open: decimalText(open),
      month: decimalText(month),
      ...(amount && { entitled: decimalText(amount) }),
      ...(contract && { contract: { ...contract, covered: decimalText(contract.covered) } }),
    };
  });
}
