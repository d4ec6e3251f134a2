import { describe, expect, it } from 'vitest';
import { refusalOf, usageEventKey, type UsageEvent } from '../../lambdas/shared/domain/usage-event';
import { aUsageEvent, NOON_MS } from '../builders/a-usage-event';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const refused = (event: UsageEvent) => refusalOf(event, { latenessHours: 24 });

describe('a usage event', () => {
  it('accepts any quantity from 0 to the largest, with up to 18 decimal places', () => {
    for (const quantity of ['0', '2147483647', '0.000000000000000001', '2147483646.999999999999999999']) {
      expect(refused(aUsageEvent({ quantity }))).toBeUndefined();
    }
  });

  it('accepts times from the allowed lateness before receipt to five minutes after', () => {
    for (const timeMs of [NOON_MS - 24 * HOUR_MS, NOON_MS, NOON_MS + 5 * MINUTE_MS]) {
      expect(refused(aUsageEvent({ timeMs, receivedAtMs: NOON_MS }))).toBeUndefined();
    }
  });

  it.each([
    ['quantityNegative', { quantity: '-0.000000000000000001' }, 'below 0'],
    ['quantityTooLarge', { quantity: '2147483647.000000000000000001' }, 'at most 2,147,483,647'],
    ['quantityTooPrecise', { quantity: '0.0000000000000000001' }, 'at most 18 decimal places'],
    ['timeInFuture', { timeMs: NOON_MS + 5 * MINUTE_MS + 1, receivedAtMs: NOON_MS }, 'check the clock'],
    ['tooLate', { timeMs: NOON_MS - 24 * HOUR_MS - 1, receivedAtMs: NOON_MS }, 'more than 24 hours ago'],
    ['tagInvalid', { tags: { Department: '' } }, 'The value of tag "Department"'],
  ])('refuses an event as %s, and says why: %j', (reason, overrides, message) => {
    expect(refused(aUsageEvent(overrides))).toEqual({ reason, message: expect.stringContaining(message) });
  });
});

describe('the key of a usage event', () => {
  it("makes an event's key from its source and id", () => {
    expect(usageEventKey({ source: 'urn:app', id: 'e-1' })).toBe('urn:app#e-1');
    expect(usageEventKey({ source: '', id: 'e-1' })).toBe('#e-1');
  });

  it('escapes separators in the source, so that no two events share a key', () => {
    expect(usageEventKey({ source: 'a#b#c', id: 'd#e' })).toBe('a%23b%23c#d#e');
    expect(usageEventKey({ source: 'a%23b%', id: '%' })).toBe('a%2523b%25#%');
  });
});
