import { blocks, extra, fields, heading, section, table, type Shown } from '../output/table';
import { utcTime } from '../output/utc';
import { EXPLAINED, type BilledKind, type BilledLine } from './billed-lines';
import {
  billedTotals,
  billedVerdict,
  differing,
  equalLines,
  shownLine,
  shownTotal,
  unexplained,
  type BilledMonth,
} from './billed-month';

/** What each kind of a day means, in few words. */
const BILLED_WORDS: Record<BilledKind, string> = {
  equal: 'equal',
  rounding: 'equal to two decimals',
  lateRefresh: 'the feed is too new',
  refused: 'all but what AWS refused',
  adjustment: 'AWS corrected it',
  unconfirmedBilled: 'unconfirmed: billed',
  unconfirmedNotBilled: 'unconfirmed: not billed',
  unconfirmedUnclear: 'unconfirmed: unclear',
  otherMeter: 'more than accepted',
  notBilled: 'less than accepted',
};

export function billedJson(month: BilledMonth) {
  const { source, asOfMs } = month;
  return {
    source,
    asOf: asOfMs === undefined ? undefined : new Date(asOfMs).toISOString(),
    equal: equalLines(month).length,
    totals: billedTotals(month).map(shownTotal),
    differences: differing(month).map(shownLine),
  };
}

/** Lists what needs a look, by agreement. The rest is counted: the feed is too new for the last days of every buyer. */
export function billedText(month: BilledMonth): Shown {
  const { source, asOfMs } = month;
  const known = Map.groupBy(
    differing(month).filter(({ kind }) => EXPLAINED.has(kind)),
    ({ kind }) => kind,
  );
  return blocks(
    heading('What AWS billed'),
    `${billedVerdict(month)}.`,
    fields({ 'compared with': source, 'as of (UTC)': utcTime(asOfMs) ?? 'unknown: it has no rows' }),
    table(
      ['product', 'dimension', 'used here', 'submitted', 'billed by AWS', extra('difference')],
      billedTotals(month).map((each) => Object.values(shownTotal(each))),
      'Nothing was used, submitted or billed.',
    ),
    section(
      heading('Known differences'),
      ['what', 'days'],
      [...known].map(([kind, lines]) => [BILLED_WORDS[kind], lines.length]),
    ),
    ...byAgreement(unexplained(month)),
  );
}

const byAgreement = (lines: readonly BilledLine[]): Shown[] =>
  [...Map.groupBy(lines.map(shownLine), ownerOf)].map(([owner, days]) =>
    blocks(
      heading(owner),
      table(
        ['what', 'day (UTC)', 'dimension', 'submitted', 'billed', extra('used')],
        days.map(({ kind, day, dimension, submitted, billed, used }) => [
          BILLED_WORDS[kind],
          day,
          dimension,
          submitted,
          billed,
          used,
        ]),
      ),
    ),
  );

/** Whose usage it is, as far as it is known. */
function ownerOf({ agreementId, subscriptionIds, product }: ReturnType<typeof shownLine>): string {
  const whose = agreementId ?? `${product}, without an agreement`;
  return subscriptionIds.length === 0 ? `${whose}: no subscription here` : `${whose}: ${subscriptionIds.join(' ')}`;
}
