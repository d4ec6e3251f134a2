import { describe, expect, it } from 'vitest';
import { decimalText } from '../../../lambdas/shared/domain/decimal';
import type { LedgerHour } from '../../../ops/reconcile/our-records';
import type { BilledLine } from '../../../ops/usage-feed/billed-lines';
import { shownLine } from '../../../ops/usage-feed/billed-month';
import type { BilledRow } from '../../../ops/usage-feed/current-rows';
import { anHour, aRow, lines, PRODUCT, subscribed } from './a-day';

const kinds = (all: readonly BilledLine[]) => all.map(({ kind }) => kind);
const figures = (all: readonly BilledLine[]) =>
  all.map(({ used, submitted, billed }) => [used, submitted, billed].map(decimalText));

describe('a day of the usage feed beside the ledger', () => {
  it('has what was used, what was submitted and what AWS billed', () => {
    const own = [anHour('billed', '5'), anHour('rejected', '2'), anHour('unconfirmed', '1'), anHour('neverSent', '4')];
    const all = lines([...own, anHour('covered', '10'), anHour('open', '0.5')], [aRow('5'), aRow('1')]);
    expect(figures(all)).toEqual([['22.5', '8', '6']]);
    expect(all.map(shownLine)).toMatchObject([
      { day: '2026-07-14', agreementId: 'agmt-1', dimension: 'events', product: PRODUCT, difference: '-2' },
    ]);
  });

  it.each<[string, LedgerHour[], BilledRow[]]>([
    ['equal', [anHour('billed', '5'), anHour('billed', '7.25')], [aRow('12.25')]],
    ['equal', [anHour('covered', '5')], []],
    ['rounding', [anHour('billed', '5.004')], [aRow('5')]],
    ['rounding', [anHour('billed', '0.005'), anHour('billed', '0.005')], [aRow('0.02')]],
    ['notBilled', [anHour('billed', '5.004')], [aRow('4.99')]],
    ['notBilled', [anHour('billed', '5')], [aRow('4.99')]],
    ['notBilled', [anHour('billed', '5')], []],
    ['refused', [anHour('billed', '5'), anHour('rejected', '2')], [aRow('5')]],
    ['refused', [anHour('rejected', '2')], []],
    ['otherMeter', [anHour('billed', '5'), anHour('rejected', '2')], [aRow('7')]],
    ['otherMeter', [anHour('billed', '5')], [aRow('6')]],
    ['otherMeter', [], [aRow('6', { agreementId: 'agmt-other' })]],
    ['adjustment', [anHour('billed', '5')], [aRow('5'), aRow('-2', { isCorrected: true })]],
    ['adjustment', [anHour('billed', '5')], [aRow('', { isCorrected: true })]],
    ['equal', [anHour('billed', '5')], [aRow('5', { isCorrected: true })]],
    ['unconfirmedBilled', [anHour('billed', '5'), anHour('unconfirmed', '2')], [aRow('7')]],
    ['unconfirmedNotBilled', [anHour('billed', '5'), anHour('unconfirmed', '2')], [aRow('5')]],
    ['unconfirmedUnclear', [anHour('unconfirmed', '3'), anHour('unconfirmed', '2')], [aRow('3')]],
    ['otherMeter', [anHour('unconfirmed', '3')], [aRow('4')]],
    ['notBilled', [anHour('billed', '5'), anHour('unconfirmed', '3')], [aRow('4')]],
  ])('is %s', (kind, own, rows) => {
    expect(kinds(lines(own, rows))).toEqual([kind]);
  });

  it('may still grow until the feed is three days newer than its end', () => {
    const own = [anHour('billed', '5'), anHour('unconfirmed', '2')];
    const asOf = '2026-07-17T23:59:59Z';
    expect(kinds(lines(own, [], { asOf }))).toEqual(['lateRefresh']);
    expect(kinds(lines(own, [aRow('5')], { asOf }))).toEqual(['lateRefresh']);
    expect(kinds(lines(own, [aRow('8')], { asOf }))).toEqual(['otherMeter']);
    expect(kinds(lines(own, [aRow('5')]))).toEqual(['unconfirmedNotBilled']);
  });

  it('counts rows of a former agreement for the subscription that was renewed', () => {
    const renewed = subscribed({ agreementId: 'agmt-2', previousAgreementId: 'agmt-1' });
    expect(kinds(lines([anHour('billed', '5', renewed)], [aRow('2'), aRow('3', { agreementId: 'agmt-2' })]))).toEqual([
      'equal',
    ]);
  });

  it('leaves an agreement to the subscription that has it when another renewed it with a new licence', () => {
    const [old, renewed] = [subscribed(), subscribed({ agreementId: 'agmt-2', previousAgreementId: 'agmt-1' })];
    const own = [anHour('billed', '5', old), anHour('billed', '3', renewed)];
    expect(kinds(lines(own, [aRow('5'), aRow('3', { agreementId: 'agmt-2' })]))).toEqual(['equal', 'equal']);
  });

  it('compares a product’s usage as a whole where no agreement is named, by the product ids of the configuration', () => {
    const unnamed = [subscribed({ agreementId: undefined }), subscribed({ agreementId: undefined })];
    const own = unnamed.map((each) => anHour('billed', '5', each));
    const rows = [aRow('4', { agreementId: undefined }), aRow('6', { agreementId: 'agmt-of-one-of-them' })];
    const all = lines(own, rows, { codes: [['prod-1', PRODUCT]] });
    expect(all).toMatchObject([{ kind: 'equal', agreementId: undefined, product: PRODUCT }]);
    expect(all[0]?.subscriptionIds).toHaveLength(2);
    expect(kinds(lines(own, rows)).sort()).toEqual(['notBilled', 'otherMeter', 'otherMeter']);
  });

  it('learns the code of a product id from a row whose agreement is known', () => {
    const own = [anHour('billed', '5'), anHour('billed', '3', subscribed({ agreementId: undefined }))];
    expect(kinds(lines(own, [aRow('5'), aRow('3', { agreementId: undefined })]))).toEqual(['equal', 'equal']);
  });
});
