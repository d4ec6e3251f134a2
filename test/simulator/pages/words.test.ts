import { expect, it } from 'vitest';
import { json, utcTime } from '../../../simulator/pages/words';

it('shows large texts in part, and says how much is missing', () => {
  const shown = json({ text: 'x'.repeat(100_100) }).toString();
  expect(shown.length).toBeLessThan(100_300);
  expect(shown).toContain('116 more characters.');
  expect(json('x').toString()).not.toContain('more character');
});

it('shows whole numbers of any size, as CBOR carries them', () => {
  expect(json({ size: 2n ** 64n }).toString()).toContain('18446744073709551616');
});

it('shows a time that is none as it was sent', () => {
  expect([utcTime(0), utcTime('9999-01-01T00:00:00Z'), utcTime(1e20)]).toEqual([
    '1970-01-01 00:00:00',
    '9999-01-01 00:00:00',
    '100000000000000000000',
  ]);
});
