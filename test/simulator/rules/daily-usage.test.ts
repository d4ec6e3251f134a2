import { describe, expect, it } from 'vitest';
import { aScene, epochSeconds, HOUR, metered } from '../a-marketplace';

/** The rows of the feed as objects. */
function rowsOf(csv: string): Record<string, string>[] {
  const [header = [], ...rows] = csv
    .trim()
    .split('\n')
    .map((line) => [...line.matchAll(/"((?:[^"]|"")*)"/g)].map(([, cell = '']) => cell));
  return rows.map((cells) => Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ''])));
}

const at = (time: string) => ({ Timestamp: epochSeconds(time) });

describe('the daily usage feed', () => {
  it('has one row for the day, agreement and dimension, which is delivered at midnight UTC', () => {
    const { marketplace, clock, aRecord, agreement } = aScene({ now: '2026-11-15T12:30:00Z' });
    metered(marketplace, [aRecord(), aRecord(at('2026-11-15T10:00:00Z')), aRecord({ Dimension: 'storage' })]);
    expect(rowsOf(marketplace.dailyUsage())).toEqual([]);

    clock.set('2026-11-16T00:00:00Z');

    const rows = rowsOf(marketplace.dailyUsage());
    expect(rows.map((row) => [row.usage_date, row.agreement_id, row.dimension_key, row.usage_quantity])).toEqual([
      ['2026-11-15', agreement.agreementId, 'requests', '20.00'],
      ['2026-11-15', agreement.agreementId, 'storage', '10.00'],
    ]);
    expect(rows[0]).toMatchObject({ update_date: '2026-11-16T00:00:00Z', delete_date: '' });
    expect(marketplace.dailyUsage()).not.toContain(agreement.accountId);
  });

  it('brings the whole day again when an hour of it was accepted after the delivery', () => {
    const { marketplace, clock, aRecord } = aScene({ now: '2026-11-15T23:30:00Z' });
    metered(marketplace, [aRecord()]);
    clock.advance(HOUR);
    metered(marketplace, [aRecord(at('2026-11-15T23:00:00Z'))]);
    clock.advance(24 * HOUR);

    const [first, second] = rowsOf(marketplace.dailyUsage());
    expect([first?.update_date, first?.usage_quantity]).toEqual(['2026-11-16T00:00:00Z', '10.00']);
    expect([second?.update_date, second?.usage_quantity]).toEqual(['2026-11-17T00:00:00Z', '20.00']);
    expect(second).toMatchObject({ usage_feed_id: first?.usage_feed_id, insert_date: first?.insert_date });
  });

  it('rounds the day to two decimals', () => {
    const { marketplace, clock, aRecord } = aScene();
    metered(marketplace, [aRecord({ Quantity: undefined, QuantityAsDecimal: '1.004' })]);
    metered(marketplace, [aRecord({ ...at('2026-11-15T10:00:00Z'), Quantity: undefined, QuantityAsDecimal: '2.001' })]);
    clock.advance(24 * HOUR);
    expect(rowsOf(marketplace.dailyUsage())).toMatchObject([{ usage_quantity: '3.01' }]);
  });

  it('can be limited to a month of usage', () => {
    const { marketplace, clock, aRecord } = aScene({ now: '2026-11-30T12:30:00Z' });
    metered(marketplace, [aRecord()]);
    clock.advance(36 * HOUR);
    expect(rowsOf(marketplace.dailyUsage('2026-11'))).toHaveLength(1);
    expect(rowsOf(marketplace.dailyUsage('2026-12'))).toEqual([]);
  });

  it('names the agreement that renewed the licence for the usage after the renewal', () => {
    const { marketplace, clock, aRecord, agreement } = aScene();
    metered(marketplace, [aRecord()]);
    clock.advance(24 * HOUR);
    const renewed = marketplace.renew(agreement.agreementId, {});
    clock.advance(2 * HOUR);
    metered(marketplace, [aRecord({ Timestamp: clock.now() / 1000 - 3600 })]);
    clock.advance(24 * HOUR);
    expect(rowsOf(marketplace.dailyUsage()).map(({ agreement_id }) => agreement_id)).toEqual([
      agreement.agreementId,
      renewed.agreementId,
    ]);
  });
});
