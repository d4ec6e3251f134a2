import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { isHourSortKey, parseHourItem } from '../../lambdas/shared/stores/hourly-usage-items';
import { aSealedRecord } from '../builders/a-sealed-record';

it.each([
  ['2026-07-03T14#events', true],
  ['2026-07-03T14#e', true],
  ['2026-07-03T14#a#b', true],
  ['2026-07-03T14#', false],
  ['2026-07-03T14', false],
  ['2026-07-03T14:events', false],
  ['2026-07-32T14#events', false],
  ['balance#events#0#x', false],
  ['ending', false],
])('%s belongs to an hour: %s', (sk, belongs) => expect(isHourSortKey(sk)).toBe(belongs));

/** A sealed hour after these many sends and answers. */
const read = (counts: object) =>
  parseHourItem({
    pk: 's',
    sk: '2026-03-10T12#events',
    state: 'sealed',
    used: NumberValue.from('7'),
    record: JSON.stringify(aSealedRecord().record),
    ...counts,
  });
const n = (value: string) => NumberValue.from(value);

it.each([{}, { sends: n('1') }, { sends: n('2'), answers: n('2') }])('an hour may have been sent %j', (counts) => {
  expect(read(counts)).toHaveProperty('state', 'sealed');
});

it.each([{ answers: n('1') }, { sends: n('2'), answers: n('3') }])('no hour has been sent %j', (counts) => {
  expect(() => read(counts)).toThrow('more answers than sends');
});
