import { describe, expect, it } from 'vitest';
import { decimal } from '../../../lambdas/shared/domain/decimal';
import type { Hour } from '../../../lambdas/shared/domain/hour';
import { monthArgument } from '../../../ops/arguments';
import { reconciledMonth } from '../../../ops/console/pages/reconcile';
import { anHour, aRow, lines } from '../usage-feed/a-day';
import type { Difference, Reconciliation } from '../../../ops/reconcile/differences';

const about = { month: monthArgument('2026-07'), page: 1 };
const unknown = (hour: number): Difference => ({
  kind: 'unknownHere',
  dimension: 'events',
  hour: `2026-07-03T${String(hour).padStart(2, '0')}` as Hour,
  theirs: [{ dimension: 'events', hour: '2026-07-03T00' as Hour, quantity: '7', licenseArn: '<licence>' }],
});
const result = (differences: Difference[]): Reconciliation => ({
  matched: 1,
  equal: [],
  differences,
  totals: [{ productCode: 'p', dimension: 'events', billedHere: decimal('1'), acceptedByAws: decimal('8') }],
});
const show = (differences: Difference[], unreadable: { eventId: string; why: string }[] = [], page = 1) =>
  reconciledMonth
    .show({ theirs: { source: 'a trail', accepted: [], unreadable }, result: result(differences) }, { ...about, page })
    .toString();

describe('the page of a reconciliation', () => {
  it('marks each difference and each sum that differs, in words', () => {
    const text = show([unknown(1)]);
    expect(text.match(/class="marked"/g)).toHaveLength(2);
    expect(text).toContain('not ours: something else meters the product');
    expect(text).toContain('&lt;licence&gt;');
    expect(text).toContain('1 difference from what AWS accepted');
  });

  it('calls nothing equal that could not be read', () => {
    const text = show([], [{ eventId: 'e-1', why: 'too large' }]);
    expect(text).toContain('could not be read');
    expect(text).toContain('e-1');
    expect(text).toContain('<span class="badge bad">differs</span>');
  });

  it('shows what AWS billed where its usage feed is there', () => {
    const theirs = { source: 'a trail', accepted: [], unreadable: [] };
    const billed = { source: 'the feed', asOfMs: 0, lines: lines([anHour('billed', '5')], [aRow('4')]) };
    const text = reconciledMonth.show({ theirs, result: result([]), billed }, about).toString();
    expect(text).toContain('AWS billed 0 days as submitted; 1 day to look at.');
    expect(text).toMatch(/Billed by AWS[^]*>5<[^]*>5<[^]*>4</);
    expect(show([])).not.toContain('Billed by AWS');
  });

  it('has pages for many differences', () => {
    const many = Array.from({ length: 201 }, (_, n) => unknown(n % 24));
    expect(show(many)).toContain('Page 1 of 3');
    expect(show(many).match(/class="marked"/g)).toHaveLength(101);
    expect(show(many, [], 3)).toMatch(/Page 3 of 3[^]*month=2026-07&amp;page=2/);
    expect(show(many, [], 99)).toContain('Page 3 of 3');
  });
});
