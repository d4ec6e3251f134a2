import { describe, expect, it } from 'vitest';
import { createThrottle } from '../../../local/stack/http-throttle';
import { SettableClock } from '../../fakes/settable-clock';

const OPEN = 'POST /register';

function givenThrottle(properties: Record<string, unknown>) {
  const clock = new SettableClock(0);
  const throttle = createThrottle({ properties }, clock.now);
  /** How many of so many calls pass. */
  const passed = (calls: number, route = OPEN) =>
    Array.from({ length: calls }, () => throttle(route)).filter(Boolean).length;
  return { clock, passed };
}

const limits = (rate: number, burst: number) => ({ ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst });

describe('the throttle of a route', () => {
  it('lets its burst pass at once, and then its rate each second', () => {
    const { clock, passed } = givenThrottle({ RouteSettings: { [OPEN]: limits(10, 20) } });
    expect(passed(30)).toBe(20);
    clock.set(1000);
    expect(passed(30)).toBe(10);
    clock.set(1250);
    expect(passed(30)).toBe(2);
    // It saves no more than the burst.
    clock.set(60_000);
    expect(passed(30)).toBe(20);
  });

  it('neither gives nor takes when the clock is set back', () => {
    const { clock, passed } = givenThrottle({ RouteSettings: { [OPEN]: limits(10, 20) } });
    clock.set(5000);
    expect(passed(5)).toBe(5);
    clock.set(0);
    expect(passed(30)).toBe(15);
  });

  it('is shared by all routes without limits of their own, and by no others', () => {
    const { passed } = givenThrottle({ DefaultRouteSettings: limits(1, 3), RouteSettings: { [OPEN]: limits(1, 2) } });
    expect([passed(2, 'POST /usage'), passed(2, 'GET /subscriptions'), passed(5)]).toEqual([2, 1, 2]);
  });

  it('lets everything pass where the template has no limits', () => {
    expect(givenThrottle({}).passed(100)).toBe(100);
  });
});
