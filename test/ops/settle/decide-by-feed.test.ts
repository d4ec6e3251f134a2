import { describe, expect, it } from 'vitest';
import type { LedgerHour } from '../../../ops/reconcile/our-records';
import { decideByFeed } from '../../../ops/settle/decide-by-feed';
import type { BilledRow } from '../../../ops/usage-feed/current-rows';
import { anHour, aRow, lines, subscribed } from '../usage-feed/a-day';

const decided = (own: readonly LedgerHour[], rows: readonly BilledRow[], feed?: Parameters<typeof lines>[2]) =>
  decideByFeed(lines(own, rows, feed));

const [accepted, doubted, alsoDoubted] = [
  anHour('billed', '5'),
  anHour('unconfirmed', '2'),
  anHour('unconfirmed', '3'),
];

/** A day with an accepted hour, a doubted one and these, and AWS's figure for it. */
const day = (more: readonly LedgerHour[], figure: string) => ({
  own: [accepted, doubted, ...more],
  rows: [aRow(figure)],
});

describe('the usage feed as evidence about unconfirmed hours', () => {
  it('says that AWS billed all of them when the day is what it accepted and all of them', () => {
    expect(decided([accepted, doubted, alsoDoubted], [aRow('10')])).toMatchObject([
      {
        hour: doubted.hour.hour,
        quantity: '2',
        as: 'billed',
        why: 'AWS billed 10 for the day, with the unconfirmed usage',
      },
      { hour: alsoDoubted.hour.hour, quantity: '3', as: 'billed' },
    ]);
  });

  it('says that AWS billed none of them when the day is what it accepted', () => {
    const all = decided([accepted, doubted, alsoDoubted], [aRow('5')]);
    expect(all).toMatchObject([{ as: 'carried' }, { as: 'carried' }]);
  });

  it.each<[doubt: string, day: { own: LedgerHour[]; rows: BilledRow[] }, why: RegExp]>([
    ['some of them were billed', day([alsoDoubted], '7'), /neither 5 without .* nor 10 with it/],
    ['something else was billed', day([], '9'), /neither 5 without/],
    ['the day has no row', { own: [doubted], rows: [] }, /AWS billed nothing, or files are missing/],
    ['AWS corrected the day', { own: [accepted, doubted], rows: [aRow('5', { isCorrected: true })] }, /AWS corrected/],
    ['another hour waits for AWS', day([anHour('sealed', '1')], '5'), /another hour of the day still waits/],
    ['another hour takes usage', day([anHour('open', '1')], '5'), /another hour of the day still waits/],
    ['AWS refused another hour', day([anHour('rejected', '2')], '7'), /AWS refused another hour/],
    ['one of them is 0', day([anHour('unconfirmed', '0')], '5'), /too small to be seen/],
    ['two decimals hide one of them', day([anHour('unconfirmed', '0.004')], '5'), /too small to be seen/],
    [
      'rows of the day name no agreement',
      { own: [accepted, doubted], rows: [aRow('5'), aRow('2', { agreementId: undefined })] },
      /rows of this day and dimension that belong to no subscription here/,
    ],
    [
      'rows of the day name an agreement that is not known',
      { own: [accepted, doubted], rows: [aRow('5'), aRow('2', { agreementId: 'agmt-unknown' })] },
      /rows of this day and dimension that belong to no subscription here/,
    ],
    [
      'its own agreement is not known',
      {
        own: [anHour('unconfirmed', '2', subscribed({ agreementId: undefined }))],
        rows: [aRow('2', { agreementId: undefined })],
      },
      /its agreement is not known/,
    ],
  ])('decides nothing when %s', (_, { own, rows }, why) => {
    const all = decided(own, rows);
    expect(all.length).toBeGreaterThan(0);
    for (const each of all) {
      expect(each.as).toBeUndefined();
      expect(each.why).toMatch(why);
    }
  });

  it('decides nothing until the feed is three days newer than the day, whatever its figure', () => {
    for (const quantity of ['5', '7']) {
      const [hour] = decided([accepted, doubted], [aRow(quantity)], { asOf: '2026-07-17T23:59:59Z' });
      expect([hour?.as, hour?.why]).toEqual([undefined, expect.stringContaining('not 3 days newer than the day')]);
    }
  });

  it('decides nothing about hours that are not unconfirmed', () => {
    expect(decided([accepted, anHour('rejected', '2'), anHour('sealed', '1')], [aRow('8')])).toEqual([]);
  });

  it('allows for the decimals that the feed leaves out', () => {
    const own = [anHour('billed', '5.004'), anHour('unconfirmed', '2.0004')];
    expect(decided(own, [aRow('7')])).toMatchObject([{ as: 'billed' }]);
    expect(decided(own, [aRow('5.01')])).toMatchObject([{ as: 'carried' }]);
    expect(decided(own, [aRow('7.1')]).map(({ as }) => as)).toEqual([undefined]);
  });
});
