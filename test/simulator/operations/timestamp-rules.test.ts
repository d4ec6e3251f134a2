import { expect, it } from 'vitest';
import fc from 'fast-check';
import { requireAcceptedTimestamp } from '../../../simulator/operations/timestamp-rules';
import { HOUR } from '../a-marketplace';

const accepts = (timestamp: string, now: string) => {
  try {
    requireAcceptedTimestamp(Date.parse(timestamp), Date.parse(now));
    return true;
  } catch {
    return false;
  }
};

it.each([
  ['the present moment', { timestamp: '2026-11-15T12:00:00.000Z', now: '2026-11-15T12:00:00Z', accepted: true }],
  ['the next millisecond', { timestamp: '2026-11-15T12:00:00.001Z', now: '2026-11-15T12:00:00Z', accepted: false }],
  ['just under 24 hours ago', { timestamp: '2026-11-14T12:00:00.001Z', now: '2026-11-15T12:00:00Z', accepted: true }],
  ['24 hours ago', { timestamp: '2026-11-14T12:00:00.000Z', now: '2026-11-15T12:00:00Z', accepted: false }],
  [
    'last month before 06:00 on the 1st',
    { timestamp: '2026-11-30T23:59:59Z', now: '2026-12-01T05:59:59.999Z', accepted: true },
  ],
  [
    'last month from 06:00 on the 1st',
    { timestamp: '2026-11-30T23:59:59Z', now: '2026-12-01T06:00:00Z', accepted: false },
  ],
  [
    'this month after 06:00 on the 1st',
    { timestamp: '2026-12-01T00:00:00Z', now: '2026-12-01T06:00:00Z', accepted: true },
  ],
  [
    'last year before 06:00 on New Year',
    { timestamp: '2026-12-31T20:00:00Z', now: '2027-01-01T05:00:00Z', accepted: true },
  ],
  [
    'last year after 06:00 on New Year',
    { timestamp: '2026-12-31T20:00:00Z', now: '2027-01-01T07:00:00Z', accepted: false },
  ],
  [
    '29 February before 06:00 on 1 March',
    { timestamp: '2028-02-29T23:00:00Z', now: '2028-03-01T05:00:00Z', accepted: true },
  ],
])('decides whether to accept a timestamp: %s', (_, { timestamp, now, accepted }) => {
  expect(accepts(timestamp, now)).toBe(accepted);
});

it('never accepts a timestamp older than a day, and always accepts the current hour', () => {
  const moment = fc.date({
    min: new Date('2025-01-01T00:00:00Z'),
    max: new Date('2029-01-01T00:00:00Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(moment, fc.integer({ min: 24 * HOUR, max: 1000 * HOUR }), (now, age) => {
      const nowMs = now.getTime();
      expect(() => requireAcceptedTimestamp(nowMs - age, nowMs)).toThrow();
      expect(() => requireAcceptedTimestamp(nowMs - (nowMs % HOUR), nowMs)).not.toThrow();
    }),
  );
});

it('reports a timestamp in milliseconds as a time in the future', () => {
  expect(() => requireAcceptedTimestamp(Date.parse('2026-11-15T12:00:00Z') * 1000, 0)).toThrow(/in the future/);
});
