import { decimalText } from '../../lambdas/shared/domain/decimal';
import { blocks, extra, fields, heading, section, table, type Shown } from '../output/table';
import { utcTime } from '../output/utc';
import type { BilledKind } from './billed-lines';
import { billedTotals, billedVerdict, differing, equalLines, shownLine, type BilledMonth } from './billed-month';

/** What each kind of a day means, in few words. */
export const BILLED_WORDS: Record<BilledKind, string> = {
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
    totals: totalsOf(month),
    differences: differing(month).map(shownLine),
  };
}

export function billedText(month: BilledMonth): Shown {
  const { source, asOfMs } = month;
  const { totals, differences } = billedJson(month);
  return blocks(
    heading('What AWS billed'),
    `${billedVerdict(month)}.`,
    fields({ 'compared with': source, 'as of (UTC)': utcTime(asOfMs) ?? 'unknown: it has no rows' }),
    table(
      ['product', 'dimension', 'used here', 'submitted', 'billed by AWS', 'difference'],
      totals.map((each) => Object.values(each)),
      'Nothing was used, submitted or billed.',
    ),
    section(
      heading('Days that differ (UTC)'),
      [
        'what',
        'day',
        'dimension',
        'submitted',
        'billed by AWS',
        extra('used here'),
        extra('agreement'),
        extra('subscription'),
        extra('product'),
      ],
      differences.map((each) => [
        BILLED_WORDS[each.kind],
        each.day,
        each.dimension,
        each.submitted,
        each.billed,
        each.used,
        each.agreementId,
        each.subscriptionIds.join(' '),
        each.product,
      ]),
    ),
  );
}

const totalsOf = (month: BilledMonth) =>
  billedTotals(month).map(({ product, dimension, used, submitted, billed }) => ({
    product,
    dimension,
    used: decimalText(used),
    submitted: decimalText(submitted),
    billed: decimalText(billed),
    difference: decimalText(billed.minus(submitted)),
  }));
