import type { HourKey } from '../domain/hour';
import { storedTallies, type HourlyUsage } from '../domain/hourly-usage';
import { RetryLaterError } from '../domain/retry-later-error';
import { foldTallies, type Fold } from '../domain/usage-tally';
import type { HourlyUsageStore } from './hourly-usage';
import type { UsageTallyStore } from './usage-tallies';

export interface FoldedHour {
  hour: HourlyUsage;
  /** Complete: of the hour's inline events and as many tallies as it counts. */
  fold: Fold;
}

export interface FoldedHourDeps {
  hourlyUsage: Pick<HourlyUsageStore, 'get'>;
  usageTallies: Pick<UsageTallyStore, 'ofHour'>;
  sleep(ms: number): Promise<void>;
}

const MAX_READS = 6;
const REREAD_AFTER_MS = 50;

/** Repeated reads found fewer tallies than the hour counts. */
export class IncompleteFoldError extends RetryLaterError {
  override readonly name = 'IncompleteFoldError';
}

/**
 * An hour with the complete fold of its events; undefined when the hour does not exist.
 *
 * The hour is read first. No fold is returned that lacks a tally that the hour counts, or holds one that it does not
 * count: a Query is only read-committed against transactions, so it can miss a tally, and it may see one that came after
 * the hour was read. Then both are read again. An hour that counts no tallies is complete by itself.
 *
 * @param known - the hour, if the caller has just read it
 * @throws IncompleteFoldError when the fold stays incomplete; try again later.
 */
export async function readFoldedHour(
  hourKey: HourKey,
  deps: FoldedHourDeps,
  known?: HourlyUsage,
): Promise<FoldedHour | undefined> {
  const { hourlyUsage, usageTallies, sleep } = deps;
  for (let read = 1; read <= MAX_READS; read += 1) {
    const hour = (read === 1 && known) || (await hourlyUsage.get(hourKey));
    if (hour === undefined) return undefined;
    const counted = storedTallies(hour);
    const stored = counted === 0 ? [] : await usageTallies.ofHour(hourKey);
    if (stored.length === counted) return { hour, fold: foldTallies([...(hour.inlineEvents ?? []), ...stored]) };
    await sleep(REREAD_AFTER_MS * read);
  }
  throw new IncompleteFoldError(
    `The tallies of ${hourKey.dimension} in ${hourKey.hour} of ${hourKey.subscriptionId} are incomplete: try again.`,
  );
}
