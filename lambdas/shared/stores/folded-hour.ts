import type { HourKey } from '../domain/hour';
import type { HourlyUsage } from '../domain/hourly-usage';
import { foldTallies, type Fold } from '../domain/usage-tally';
import type { HourlyUsageStore } from './hourly-usage';
import type { UsageTallyStore } from './usage-tallies';

export interface FoldedHour {
  hour: HourlyUsage;
  /** Complete: made of as many tallies as the hour counts. */
  fold: Fold;
}

export interface FoldedHourDeps {
  hourlyUsage: Pick<HourlyUsageStore, 'get'>;
  usageTallies: Pick<UsageTallyStore, 'ofHour'>;
  sleep(ms: number): Promise<void>;
}

const MAX_READS = 6;
const REREAD_AFTER_MS = 50;

/** The hour's tallies did not come to the number that it counts, in several reads. */
export class IncompleteFoldError extends Error {
  override readonly name = 'IncompleteFoldError';
}

/**
 * An hour with everything in it, or undefined when it has no item.
 *
 * A Query is only read-committed against transactions: it can miss a tally that the hour's count already includes. A
 * decision from such a fold would lose usage for good, so there is none: it is read again.
 *
 * @param known - the hour as it was just read; what it says is checked like what is read here
 * @throws IncompleteFoldError when it stays incomplete; try again later.
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
    const tallies = await usageTallies.ofHour(hourKey);
    if (tallies.length === hour.tallies) return { hour, fold: foldTallies(tallies) };
    await sleep(REREAD_AFTER_MS * read);
  }
  throw new IncompleteFoldError(
    `The hour ${hourKey.hour} of ${hourKey.dimension} of ${hourKey.subscriptionId} does not show all of its tallies yet.`,
  );
}
