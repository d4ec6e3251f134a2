import { describe, expect, it } from '@jest/globals';
import { refusalOf, usageEventKey, type UsageEvent } from '../../lambdas/shared/domain/usage-event';
import { aUsageEvent, NOON_MS } from '../builders/a-usage-event';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const refused = (event: UsageEvent) => refusalOf(event, { latenessHours: 24 });

describe('a usage event', () => {
  it('can be usage of any quantity from none to the largest, with up to 18 decimal places', () => {
    for (const quantity of ['0', '2147483647', '0.000000000000000001', '2147483646.999999999999999999']) {
      expect(refused(aUsageEvent({ quantity }))).toBeUndefined();
    }
  });

  it('can be usage from the allowed lateness before it was received to five minutes after', () => {
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
  ])('is refused as %s, and told why: %j', (reason, overrides, message) => {
    expect(refused(aUsageEvent(overrides))).toEqual({ reason, message: expect.stringContaining(message) });
  });
});

describe('the key of a usage event', () => {
  it('is its source and id', () => {
    expect(usageEventKey({ source: 'urn:app', id: 'e-1' })).toBe('urn:app#e-1');
    expect(usageEventKey({ source: '', id: 'e-1' })).toBe('#e-1');
  });

  it('escapes what separates them, wherever it stands in the source, so that no two pairs share a key', () => {
    expect(usageEventKey({ source: 'a#b#c', id: 'd#e' })).toBe('a%23b%23c#d#e');
    expect(usageEventKey({ source: 'a%23b%', id: '%' })).toBe('a%2523b%25#%');
  });
});
