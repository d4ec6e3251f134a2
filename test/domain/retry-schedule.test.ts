import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { nextAttemptAtMs, retryDelayMs } from '../../lambdas/shared/domain/retry-schedule';

const MINUTE_MS = 60_000;

describe('the next attempt at a record that AWS refused', () => {
  const NOW_MS = Date.parse('2026-03-10T13:05:00Z');
  const waitMinutes = (answers: number, windowMinutes: number) =>
    (nextAttemptAtMs(NOW_MS, { answers, acceptedUntilMs: NOW_MS + windowMinutes * MINUTE_MS }) - NOW_MS) / MINUTE_MS;

  it('waits 5 minutes after a refusal, then twice as long each time, up to an hour', () => {
    expect([0, 1, 2, 3, 4, 5, 100, 100_000].map((answers) => waitMinutes(answers, 23 * 60))).toEqual([
      ...[5, 10, 20, 40],
      ...[60, 60, 60, 60],
    ]);
  });

  it('tries a record once more eleven minutes before the window closes, and settles it when it closes', () => {
    expect(waitMinutes(4, 71)).toBe(60);
    expect(waitMinutes(4, 70)).toBe(59);
    expect(waitMinutes(4, 12)).toBe(1);
    expect(waitMinutes(4, 11)).toBe(11);
    expect(waitMinutes(0, 11)).toBe(11);
    expect(waitMinutes(0, 3)).toBe(3);
  });
});

describe('the delay before a call is tried again', () => {
  it('delays a repeated call by up to 0.2 seconds, then twice as long each time, up to 5 seconds', () => {
    expect([0, 1, 2, 3, 4, 5, 6].map((attempt) => retryDelayMs(attempt, 1))).toEqual([
      ...[200, 400, 800, 1600],
      ...[3200, 5000, 5000],
    ]);
  });

  it('draws the delay at random, in whole milliseconds', () => {
    expect(retryDelayMs(3, 0)).toBe(0);
    expect(retryDelayMs(0, 0.5)).toBe(100);
    fc.assert(
      fc.property(fc.nat(100), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
        const delay = retryDelayMs(attempt, random);
        return Number.isInteger(delay) && delay >= 0 && delay <= retryDelayMs(attempt, 1);
      }),
    );
  });
});
