import { decimalText, type Decimal } from '../../lambdas/shared/domain/decimal';
import { hourOf, type Hour, type HourKey } from '../../lambdas/shared/domain/hour';
import { hourKeyOf, storedTallies, type HourFields } from '../../lambdas/shared/domain/hourly-usage';
import { NOT_SUBSCRIBED_THEN } from '../../lambdas/shared/domain/rejection-notices';
import {
  foldTallies,
  totalOf,
  type Fold,
  type TalliedEvent,
  type UsageTally,
} from '../../lambdas/shared/domain/usage-tally';
import { IncompleteFoldError, readFoldedHour, type FoldedHourDeps } from '../../lambdas/shared/stores/folded-hour';
import { OperatorError } from '../errors';
import type { Installation } from '../installation/installation';
import { ledgerStores } from '../stores/ledger-stores';
import { findUsageEvents } from '../stores/stored-usage-events';
import { termsOf, TERMS } from '../terms';
import { carriedFrom, type CarriedFrom } from './carried-from';

/** An event that counts in an hour. */
export interface ExplainedEvent extends TalliedEvent {
  /** Undefined when the event itself is no longer stored, only its tally. */
  usedAtMs: number | undefined;
  /** The hour in which it was used, if that hour was closed before the event arrived. */
  walkedFrom: Hour | undefined;
  /** Why it is not billed, although its hour may be. */
  notBilled: typeof NOT_SUBSCRIBED_THEN | 'withheld' | undefined;
}

/** An earlier hour whose usage is among what this hour took from the Balance, with its events. */
interface Source extends CarriedFrom {
  events: ExplainedEvent[];
}

export interface Explained {
  hour: HourFields;
  used: Decimal;
  tallies: UsageTally[];
  events: ExplainedEvent[];
  /** Where what was carried in comes from, the newest hour first. */
  sources: Source[];
  /** What was carried in and comes from hours further back than the search went. */
  older: Decimal;
  problems: string[];
}

/** @throws OperatorError when the hour has no usage */
export async function explainHour(installation: Installation, hourKey: HourKey): Promise<Explained> {
  const stores = ledgerStores(installation);
  const complete = await readFoldedHour(hourKey, stores).catch((error: unknown) => {
    if (error instanceof IncompleteFoldError) return undefined;
    throw error;
  });
  const hour: HourFields | undefined = complete?.hour ?? (await stores.hourlyUsage.get(hourKey));
  if (hour === undefined) {
    const { subscriptionId, dimension } = hourKey;
    throw new OperatorError(
      `The subscription ${subscriptionId} used nothing of ${dimension} in ${hourKey.hour}. ` +
        `\`hours ${subscriptionId}\` lists its hours.`,
    );
  }
  const tallies = await talliesOf(hour, stores);
  const fold = complete?.fold ?? foldTallies(tallies);
  const used = hour.used ?? totalOf(fold);
  const { found, older } = await carriedFrom(installation, hour);
  const sources: Source[] = [];
  for (const source of found) {
    const key = { ...hourKey, hour: source.hour, rejectedUse: source.rejectedUse, withheldUse: source.withheldUse };
    const itsFold = foldTallies(await talliesOf({ ...key, inlineEvents: source.inlineEvents }, stores));
    sources.push({ ...source, events: await eventsOf(installation, key, itsFold) });
  }
  const events = await eventsOf(installation, hour, fold);
  const problems = problemsOf({ hour, used, total: totalOf(fold), complete });
  return { hour, used, tallies, events, sources, older, problems };
}

/** The hour's inline events, by hour of use, and its tallies. */
async function talliesOf(
  { inlineEvents = [], ...hourKey }: HourKey & Pick<HourFields, 'inlineEvents'>,
  { usageTallies }: Pick<FoldedHourDeps, 'usageTallies'>,
): Promise<UsageTally[]> {
  return [
    ...inlineEvents.map((events) => ({ ...hourKeyOf(hourKey), ...events })),
    ...(await usageTallies.ofHour(hourKey)),
  ];
}

async function eventsOf(
  installation: Installation,
  {
    subscriptionId,
    hour,
    rejectedUse = [],
    withheldUse = [],
  }: HourKey & Pick<HourFields, 'rejectedUse' | 'withheldUse'>,
  fold: Fold,
): Promise<ExplainedEvent[]> {
  const stored = await findUsageEvents(installation, { subscriptionId, keys: [...fold.keys()] });
  return [...fold.values()].map((event): ExplainedEvent => {
    const usedAtMs = stored.get(event.key)?.timeMs;
    const usedIn = usedAtMs === undefined ? undefined : hourOf(usedAtMs);
    const countedAs = event.usedIn ?? hour;
    const rejected = rejectedUse.includes(countedAs) ? NOT_SUBSCRIBED_THEN : undefined;
    const notBilled = withheldUse.includes(countedAs) ? 'withheld' : rejected;
    return { ...event, usedAtMs, walkedFrom: usedIn === hour ? undefined : usedIn, notBilled };
  });
}

interface Sums {
  hour: HourFields;
  used: Decimal;
  total: Decimal;
  complete: unknown;
}

/** Sealing used these events. If the sums disagree, somebody changed an item by hand or the stack has a bug. */
function problemsOf({ hour, used, total, complete }: Sums): string[] {
  const problems: string[] = [];
  if (complete === undefined)
    problems.push(`The hour counts ${storedTallies(hour)} tallies, but some of them are not stored.`);
  else if (!used.eq(total))
    problems.push(`The events add up to ${decimalText(total)}, but the hour was sealed with ${decimalText(used)}.`);
  const terms = termsOf({ ...hour, used });
  const rest = TERMS.reduce((sum, term) => sum.minus(terms[term]), used);
  if (!rest.eq(0)) problems.push(`${decimalText(rest)} of the usage is in no term of the promise.`);
  return problems;
}
