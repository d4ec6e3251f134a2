import { decimal, decimalText, type Decimal } from '../../lambdas/shared/domain/decimal';
import type { HourKey } from '../../lambdas/shared/domain/hour';
import { hourKeyOf } from '../../lambdas/shared/domain/hourly-usage';
import type { UnconfirmedHour } from '../../lambdas/shared/stores/hourly-usage-by-operator';
import { COMPLETE_AFTER_DAYS, fits, type BilledLine } from '../usage-feed/billed-lines';
import type { Settlement } from './settle-hour';

/** What AWS's usage feed says about an unconfirmed hour. */
export interface FeedDecision extends HourKey {
  /** Decimal text. */
  quantity: string;
  agreementId?: string;
  /** Absent: the feed does not decide it. */
  as?: Settlement['as'];
  why: string;
}

/**
 * Decides the unconfirmed hours of an agreement, dimension and day together: the feed has no hours. They are billed if AWS
 * billed what it accepted and all of them, and carried if it billed only what it accepted. Whatever else could explain
 * AWS's figure leaves them undecided, and so does a day without a row, because files may be missing.
 */
export function decideByFeed(lines: readonly BilledLine[]): FeedDecision[] {
  // Rows without an agreement, or of one that is not known here, may belong to any subscription.
  const stray = new Set(
    lines
      .filter(({ agreementId, evidence }) => evidence.rows > 0 && (!agreementId || evidence.hours.length === 0))
      .map(placeOf),
  );
  return lines.flatMap((line) => {
    const hours = unconfirmedOf(line);
    if (hours.length === 0) return [];
    const doubt = doubtOf(line, hours) ?? (stray.has(placeOf(line)) ? STRAY : undefined);
    const decision = doubt === undefined ? decidedBy(line) : { why: doubt };
    return hours.map((hour) => ({
      ...hourKeyOf(hour),
      quantity: hour.record.quantity,
      agreementId: line.agreementId,
      ...decision,
    }));
  });
}

const STRAY = 'the feed has rows of this day and dimension that belong to no subscription here';

const placeOf = ({ day, dimension }: BilledLine) => JSON.stringify([day, dimension]);

function unconfirmedOf({ evidence }: BilledLine): UnconfirmedHour[] {
  return evidence.hours.flatMap(({ hour }) => (hour.state === 'unconfirmed' ? [hour] : []));
}

/** Why the day's figures may mean something else. */
function doubtOf({ agreementId, evidence }: BilledLine, hours: readonly UnconfirmedHour[]): string | undefined {
  const { isComplete, isCorrected, rows, refused, tolerance } = evidence;
  if (agreementId === undefined) return 'its agreement is not known, so the feed cannot be compared by it';
  if (!isComplete)
    return `the feed is not ${COMPLETE_AFTER_DAYS} days newer than the day, so hours may be missing in it`;
  if (rows === 0) return 'the feed has no row of this day: AWS billed nothing, or files are missing';
  if (isCorrected) return 'AWS corrected the day';
  if (evidence.hours.some(({ hour }) => hour.state === 'open' || hour.state === 'sealed'))
    return 'another hour of the day still waits';
  if (refused.gt(0)) return 'AWS refused another hour of the day, and may bill its own figure for it';
  // With less, AWS's figure would be the same with and without the hour.
  if (hours.some(({ record }) => tooSmall(decimal(record.quantity), tolerance)))
    return 'its quantity is too small to be seen in the figure of the day';
  return undefined;
}

const tooSmall = (quantity: Decimal, tolerance: Decimal) => quantity.lte(tolerance.times(2));

function decidedBy({ billed, evidence }: BilledLine): Pick<FeedDecision, 'as' | 'why'> {
  const { accepted, inDoubt } = evidence;
  const withDoubt = accepted.plus(inDoubt);
  const figures = `AWS billed ${decimalText(billed)} for the day`;
  if (fits(billed, withDoubt, evidence)) return { as: 'billed', why: `${figures}, with the unconfirmed usage` };
  if (fits(billed, accepted, evidence)) return { as: 'carried', why: `${figures}, without the unconfirmed usage` };
  const [without, withIt] = [accepted, withDoubt].map(decimalText);
  return { why: `${figures}: neither ${without} without the unconfirmed usage, nor ${withIt} with it` };
}
