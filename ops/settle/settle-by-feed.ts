import type { HourKey } from '../../lambdas/shared/domain/hour';
import { hourKeyOf } from '../../lambdas/shared/domain/hourly-usage';
import type { Month } from '../arguments';
import { audited } from '../audit/audited';
import { required, type Because } from '../audit/because';
import type { Ops, Report } from '../command';
import { OperatorError, UsageError } from '../errors';
import { counted } from '../output/counted';
import { blocks, heading, table } from '../output/table';
import { ledgerHours } from '../reconcile/our-records';
import { billedMonth } from '../usage-feed/billed-month';
import { decideByFeed, type FeedDecision } from './decide-by-feed';
import { settleHour, type SettleHourDeps, type Settlement } from './settle-hour';

interface ByFeed {
  month: Month;
  billedFiles: string | undefined;
  apply: boolean;
  because: Because;
}

interface Outcome extends FeedDecision {
  outcome: 'undecided' | 'wouldSettle' | 'settled' | 'failed';
}

/** Ends the unconfirmed hours of a month that AWS's usage feed decides, each with an entry of the audit. */
export async function settleByFeed(
  ops: Ops,
  { month, billedFiles, apply, because }: ByFeed,
  deps: SettleHourDeps,
): Promise<Report> {
  const told = apply ? required(because) : because;
  const billed = await billedMonth(ops, { month, billedFiles, hours: await ledgerHours(ops, month) });
  if (billed === undefined)
    throw new UsageError('Name the files of the Daily Usage data feed with --billed-files, or an hour.');
  const asOf = billed.asOfMs === undefined ? undefined : new Date(billed.asOfMs).toISOString();
  const decisions = decideByFeed(billed.lines);
  const outcomes = apply
    ? await settleDecided(ops, { decisions, because: told, asOf }, deps)
    : decisions.map((each): Outcome => ({ ...each, outcome: each.as === undefined ? 'undecided' : 'wouldSettle' }));
  return reportOf(outcomes, { source: billed.source, asOf, apply });
}

interface Told {
  because: Because;
  /** ISO 8601: how new the feed is; for the audit. */
  asOf: string | undefined;
}

/** Ends the hours that are decided, each by itself: one that AWS's answer has ended since stops no other. */
export async function settleDecided(
  ops: Pick<Ops, 'installation'>,
  { decisions, ...told }: Told & { decisions: readonly FeedDecision[] },
  deps: SettleHourDeps,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const decision of decisions) {
    const { as } = decision;
    if (as === undefined) outcomes.push({ ...decision, outcome: 'undecided' });
    else outcomes.push({ ...decision, ...(await settleOne(ops, { hourKey: hourKeyOf(decision), as, ...told }, deps)) });
  }
  return outcomes;
}

async function settleOne(
  ops: Pick<Ops, 'installation'>,
  { hourKey, as, because, asOf }: Told & { hourKey: HourKey; as: Settlement['as'] },
  deps: SettleHourDeps,
): Promise<Pick<Outcome, 'outcome'> & { why?: string }> {
  const reason = [because.reason, because.ticket].join(' ');
  const ids = { ...hourKey, as, by: 'usageFeed', asOf };
  try {
    await audited(ops, { command: 'settle', ids, because, apply: true }, async () => {
      await settleHour(hourKey, { as, reason }, deps);
      return { json: ids, text: () => '' };
    });
    return { outcome: 'settled' };
  } catch (error) {
    if (error instanceof OperatorError) return { outcome: 'failed', why: error.message };
    throw error;
  }
}

function reportOf(
  hours: readonly Outcome[],
  { source, asOf, apply }: { source: string; asOf: string | undefined; apply: boolean },
): Report {
  const count = (...of: Outcome['outcome'][]) => hours.filter(({ outcome }) => of.includes(outcome)).length;
  const [decided, left] = [count('wouldSettle', 'settled'), count('undecided', 'failed')];
  return {
    json: { applied: apply, source, asOf, hours },
    text: blocks(
      `${counted(decided, 'unconfirmed hour')} ${apply ? 'settled' : 'can be settled'} by ${source}; ${left} left as ` +
        `${left === 1 ? 'it is' : 'they are'}.`,
      hours.length === 0 ? 'No hour of the month is unconfirmed.' : undefined,
      ...[...Map.groupBy(hours, ownerOf)].map(([owner, own]) =>
        blocks(
          heading(owner),
          table(
            ['hour (UTC)', 'dimension', 'quantity', 'as', 'why'],
            own.map(({ hour, dimension, quantity, as = 'undecided', why, outcome }) => [
              hour,
              dimension,
              quantity,
              outcome === 'failed' ? outcome : as,
              why,
            ]),
          ),
        ),
      ),
      decided > 0 && !apply ? 'This was a dry run: nothing was stored. Add --apply to settle them.' : undefined,
    ),
    exitCode: left > 0 ? 1 : 0,
  };
}

const ownerOf = ({ agreementId = 'no agreement', subscriptionId }: Outcome) => `${agreementId}: ${subscriptionId}`;
