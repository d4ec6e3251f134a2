import { describe, expect, it } from 'vitest';
import { acceptedUntilMs, hourEndMs, hourOf, nextHour, parseHour } from '../../lambdas/shared/domain/hour';

const at = (time: string) => Date.parse(time);

describe('hours', () => {
  it('starts an hour at the full hour and ends it before the next', () => {
    expect(hourOf(at('2026-03-10T12:00:00.000Z'))).toBe('2026-03-10T12');
    expect(hourOf(at('2026-03-10T12:59:59.999Z'))).toBe('2026-03-10T12');
  });

  it('continues hours over the ends of months, leap days and years', () => {
    expect(nextHour(hourOf(at('2028-02-28T23:30:00Z')))).toBe('2028-02-29T00');
    expect(nextHour(hourOf(at('2026-02-28T23:30:00Z')))).toBe('2026-03-01T00');
    expect(nextHour(hourOf(at('2026-12-31T23:30:00Z')))).toBe('2027-01-01T00');
  });

  it('reads only real hours', () => {
    expect(parseHour('2026-03-10T12')).toBe('2026-03-10T12');
    for (const text of [
      '2026-03-10',
      '2026-13-10T12',
      '2026-02-30T12',
      '2026-03-10T24',
      '+010000-01-01',
      'balance#even',
      '',
    ]) {
      expect(parseHour(text)).toBeUndefined();
    }
  });
});

describe('the window AWS accepts a timestamp in', () => {
  it('accepts a timestamp for 24 hours within a month', () => {
    expect(acceptedUntilMs(at('2026-03-10T12:00:00Z'))).toBe(at('2026-03-11T12:00:00Z'));
  });

  it("accepts last month's timestamps until 06:00 UTC on the 1st", () => {
    expect(acceptedUntilMs(at('2026-03-31T12:00:00Z'))).toBe(at('2026-04-01T06:00:00Z'));
    expect(acceptedUntilMs(at('2026-12-31T23:00:00Z'))).toBe(at('2027-01-01T06:00:00Z'));
    expect(acceptedUntilMs(at('2028-02-29T20:00:00Z'))).toBe(at('2028-03-01T06:00:00Z'));
  });

  it('accepts timestamps before 06:00 on the last day for 24 hours', () => {
    expect(acceptedUntilMs(at('2026-03-31T05:00:00Z'))).toBe(at('2026-04-01T05:00:00Z'));
  });

  it('accepts timestamps in the first hour of a month for 24 hours', () => {
    const firstHour = hourOf(at('2026-04-01T00:10:00Z'));
    expect(acceptedUntilMs(at(`${firstHour}:00:00Z`))).toBe(hourEndMs(firstHour) + 23 * 3_600_000);
  });
});
