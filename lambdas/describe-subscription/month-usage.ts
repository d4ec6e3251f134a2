import type { Product } from '../shared/contract/seller-configuration';
import { decimalText, ZERO, type Decimal } from '../shared/domain/decimal';
import { entitledAmount, type Entitlements } from '../shared/domain/entitlements';
import { hourOf, type Hour, type HourKey } from '../shared/domain/hour';
import { estimatedUsage, storedTallies, type HourlyUsage } from '../shared/domain/hourly-usage';
import { foldTallies, totalOf } from '../shared/domain/usage-tally';
import { readFoldedHour, type FoldedHourDeps } from '../shared/stores/folded-hour';
import type { SubscriptionUsageReader } from '../shared/stores/subscription-usage';
import type { CoveringContract } from './covering-contracts';

export interface MonthUsageDeps extends FoldedHourDeps {
  usage: SubscriptionUsageReader;
}

interface UsageSums {
  open: Decimal;
  month: Decimal;
  /** Set when events of open hours may be counted more than once. */
  estimate?: true;
}

/** Sums of a part of the month. With few dimensions, one answer has the whole month. */
export interface MonthUsage {
  byDimension: Map<string, UsageSums>;
  /** Present when there are older hours: ask for the ones before this hour, and add their sums. */
  nextBefore?: Pick<HourKey, 'hour' | 'dimension'>;
}

/** A page is up to 1 MB, some thousands of hours; a subscription with 10 dimensions has 7,440 hours in a month. */
const MAX_PAGES = 4;
/** Folding an hour is expensive: it reads all of its tallies. */
const MAX_FOLDED_HOURS = 25;

/** Adds up the hours of the month from the newest to the oldest, up to the limits of one answer. */
export async function readMonthUsage(
  { subscriptionId, month, before }: { subscriptionId: string; month: Hour; before?: MonthUsage['nextBefore'] },
  deps: MonthUsageDeps,
): Promise<MonthUsage> {
  const byDimension: MonthUsage['byDimension'] = new Map();
  let last = before;
  let foldedHours = 0;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { hours, hasMore } = await deps.usage.listHours({ subscriptionId, from: month, before: last });
    for (const hour of hours) {
      const estimate = estimateOf(hour);
      if (estimate === undefined && foldedHours === MAX_FOLDED_HOURS) return { byDimension, nextBefore: last };
      foldedHours += estimate === undefined ? 1 : 0;
      const { used, isExact } = estimate ?? (await foldedUsage(hour, deps));
      const sums = byDimension.get(hour.dimension) ?? { open: ZERO, month: ZERO };
      byDimension.set(hour.dimension, {
        ...sums,
        open: hour.state === 'open' ? sums.open.plus(used) : sums.open,
        month: sums.month.plus(used),
        ...(!isExact && { estimate: true }),
      });
      last = { hour: hour.hour, dimension: hour.dimension };
    }
    if (!hasMore) return { byDimension };
  }
  return { byDimension, nextBefore: last };
}

interface HourSum {
  used: Decimal;
  isExact: boolean;
}

/** What the hour's item alone tells of its usage: nothing when an earlier version added tallies to it. */
function estimateOf(hour: HourlyUsage): HourSum | undefined {
  if (hour.state !== 'open') return { used: hour.used, isExact: true };
  if (storedTallies(hour) === 0) return { used: totalOf(foldTallies(hour.inlineEvents ?? [])), isExact: true };
  const used = estimatedUsage(hour);
  return used && { used, isExact: false };
}

/** If the hour was closed since it was listed, its item has the sum. */
async function foldedUsage(listed: HourlyUsage, deps: MonthUsageDeps): Promise<HourSum> {
  const folded = await readFoldedHour(listed, deps);
  if (folded === undefined) return { used: ZERO, isExact: true };
  return { used: folded.hour.state === 'open' ? totalOf(folded.fold) : folded.hour.used, isExact: true };
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
  /** `open` and `month` may count an event more than once that the stream delivered again; never too little. */
  estimate?: true;
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
    const { open, month, estimate }: UsageSums = byDimension.get(dimension) ?? { open: ZERO, month: ZERO };
    const contract = covering.get(dimension);
    const amount = entitlements && entitledAmount(entitlements, contract?.entitlement ?? dimension, at);
    return {
      dimension,
      unit: product?.dimensions.find(({ apiName }) => apiName === dimension)?.unit,
      open: decimalText(open),
      month: decimalText(month),
      ...(estimate && { estimate }),
      ...(amount && { entitled: decimalText(amount) }),
      ...(contract && { contract: { ...contract, covered: decimalText(contract.covered) } }),
    };
  });
}
