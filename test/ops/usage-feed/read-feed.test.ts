import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decimalText } from '../../../lambdas/shared/domain/decimal';
import type { UsageFeed } from '../../../ops/usage-feed/read-feed';
import { aLine, FeedFolder, HEADER } from './a-feed';

let folder: FeedFolder;
beforeEach(() => void (folder = new FeedFolder()));
afterEach(() => folder.leave());

const given = (...lines: readonly string[]) => folder.write('data.csv', [HEADER, ...lines, ''].join('\n'));
const quantities = ({ rows }: UsageFeed) => rows.map(({ quantity }) => decimalText(quantity));

describe('the reader of the daily usage feed', () => {
  it('reads day, agreement, dimension and exact quantity, and how new the feed is', async () => {
    given(aLine(), aLine({ usage_feed_id: 'row-2', agreement_id: '', update_date: '2026-07-16T00:00:00Z' }));
    const { rows, asOfMs } = await folder.read();
    expect(rows).toMatchObject([
      { day: '2026-07-14', productId: 'prod-1', agreementId: 'agmt-1', dimension: 'events', isCorrected: false },
      { agreementId: undefined },
    ]);
    expect(rows.map(({ quantity }) => decimalText(quantity))).toEqual(['12.5', '12.5']);
    expect(asOfMs).toBe(Date.parse('2026-07-16T00:00:00Z'));
  });

  it('accepts a byte order mark, CRLF, quoted commas, other columns and any order of them', async () => {
    const header = '"charge_item_description",usage_quantity,dimension_key,agreement_id,product_id,usage_date';
    const cells = '"usage, per event",7,"events, of ""a""",agmt-1,prod-1,2026-07-14T00:00:00Z';
    const rest = 'delete_date,update_date,valid_from,usage_feed_id';
    folder.write(
      'data.csv',
      `\uFEFF${header},${rest}\r\n${cells},,2026-07-15 00:00:00.000,2026-07-14 00:00:00 UTC,row-1\r\n`,
    );
    const { rows, asOfMs } = await folder.read();
    expect(rows).toMatchObject([{ day: '2026-07-14', dimension: 'events, of "a"' }]);
    expect(asOfMs).toBe(Date.parse('2026-07-15T00:00:00Z'));
  });

  it('takes the agreement ids that the seller guide shows for those of AWS’s events', async () => {
    given(aLine({ agreement_id: 'agmnt-1' }));
    expect((await folder.read()).rows).toMatchObject([{ agreementId: 'agmt-1' }]);
  });

  it('takes a day with a time for the day in UTC', async () => {
    given(aLine({ usage_date: '2026-07-14T23:30:00-02:00' }));
    expect((await folder.read()).rows).toMatchObject([{ day: '2026-07-15' }]);
  });

  it('keeps every digit of huge and tiny quantities', async () => {
    const huge = '123456789012345678901234567890.01';
    given(aLine({ usage_quantity: huge }), aLine({ usage_feed_id: 'row-2', usage_quantity: '0.000001' }));
    expect(quantities(await folder.read())).toEqual([huge, '0.000001']);
  });

  it('counts a row once that several files have, and of its versions the newest', async () => {
    const later = aLine({ update_date: '2026-07-16T00:00:00Z', usage_quantity: '20' });
    folder.write('dailyusagefeed_v1/year=2026/month=07/data.csv', `${HEADER}\n${later}\n${aLine()}\n`);
    folder.write('copied-again/data.csv', `${HEADER}\n${aLine()}\n${later}\n`);
    const feed = await folder.read();
    expect(quantities(feed)).toEqual(['20']);
    expect(feed.rows).toMatchObject([{ isCorrected: false }]);
  });

  it.each([
    ['smaller than before', { update_date: '2026-07-16T00:00:00Z', usage_quantity: '5' }, '5'],
    ['deleted', { update_date: '2026-07-16T00:00:00Z', delete_date: '2026-07-16T00:00:00Z' }, '0'],
    ['a new revision', { valid_from: '2026-07-15T00:00:00Z', usage_quantity: '20' }, '20'],
    ['contradicted at the same time', { usage_quantity: '12' }, '12.5'],
    ['contradicted about its day', { usage_date: '2026-07-15' }, '12.5'],
    ['negative', { usage_feed_id: 'row-1', update_date: '2026-07-16T00:00:00Z', usage_quantity: '-2' }, '-2'],
  ])('marks a row as corrected that is %s', async (_, cells, quantity) => {
    given(aLine(), aLine(cells));
    const feed = await folder.read();
    expect([quantities(feed), feed.rows]).toMatchObject([[quantity], [{ isCorrected: true }]]);
  });

  it('believes no time in the future about how new the feed is', async () => {
    given(aLine(), aLine({ usage_feed_id: 'row-2', update_date: '2999-01-01T00:00:00Z' }));
    expect((await folder.read()).asOfMs).toBe(Date.parse('2026-07-15T00:00:00Z'));
  });

  it('reads a month in which AWS wrote nothing but the column names', async () => {
    given();
    expect(await folder.read()).toMatchObject({ rows: [], asOfMs: undefined });
  });

  it('passes over the files of other feeds in a folder', async () => {
    given(aLine());
    folder.write('productfeed_v1/data.csv', 'product_id,product_code\nprod-1,code\n');
    folder.write('notes.txt', 'none');
    expect((await folder.read()).rows).toHaveLength(1);
  });

  it.each([
    ['an empty file', '', /data\.csv is empty, without even column names\. Copy the files/],
    ['another feed', 'product_id,product_code\nprod-1,code\n', /no column usage_feed_id, so it is not of the Daily/],
    [
      'the Marketplace Usage dataset',
      'internal_usage_line_item_id,row_type\n1,INSERT\n',
      /is of the Marketplace Usage dataset/,
    ],
    [
      'a missing column',
      `${HEADER.replace(',dimension_key', ',dim')}\n`,
      /data\.csv has no column dimension_key\. Copy/,
    ],
    ['a column that comes twice', `${HEADER},usage_quantity\n`, /data\.csv repeats the column usage_quantity/],
    [
      'a number with a comma',
      `${HEADER}\n${aLine()}\n${aLine({ usage_quantity: '"1,5"' })}\n`,
      /data\.csv, line 3: usage_quantity is "1,5", not a decimal number such as 12\.5\. Copy the file again/,
    ],
    ['no number', `${HEADER}\n${aLine({ usage_quantity: '' })}\n`, /line 2: usage_quantity is "", not a decimal/],
    [
      'no day',
      `${HEADER}\n${aLine({ usage_date: '14.07.2026' })}\n`,
      /line 2: usage_date is "14\.07\.2026", not a time/,
    ],
    ['a row that is cut off', `${HEADER}\n${aLine().slice(0, 60)}`, /data\.csv, line 2: .*Copy the file again/],
    ['a quote that is never closed', `${HEADER}\n"${aLine()}\n`, /data\.csv, line \d: .*Copy the file again/],
  ])('refuses %s and says what to do', async (_, text, sentence) => {
    folder.write('data.csv', text);
    await expect(folder.read('data.csv')).rejects.toThrow(sentence);
  });

  it('refuses files of other months, and names their days', async () => {
    given(aLine(), aLine({ usage_feed_id: 'row-2', usage_date: '2026-07-31' }));
    await expect(folder.read('', '2026-06')).rejects.toThrow(
      'The files have no usage of 2026-06: their days are 2026-07-14 to 2026-07-31. Name the files of that month,',
    );
  });

  it('refuses a folder without the feed, and a path that does not exist', async () => {
    folder.write('productfeed_v1/data.csv', 'product_id,product_code\n');
    await expect(folder.read()).rejects.toThrow('There is no file (.csv) of the Daily Usage data feed in');
    await expect(folder.read('nowhere')).rejects.toThrow(/nowhere cannot be read\. Check its path and permissions\./);
  });
});
