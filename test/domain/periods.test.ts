import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { hourOf, type Hour } from '../../lambdas/shared/domain/hour';
import { newSubscription } from '../../lambdas/shared/domain/identity';
import { applyLifecycleEvent, type LifecycleEvent } from '../../lambdas/shared/domain/lifecycle-event';
import {
  isLapsed,
  lastPeriodOf,
  MAX_LIFE_FACTS,
  periodsOf,
  timestampMsOf,
  withLifeFact,
} from '../../lambdas/shared/domain/periods';
import { toChange } from '../../lambdas/shared/domain/subscription-change';
import { aSubscription } from '../builders/a-subscription';
import { storedSubscription } from '../../lambdas/shared/stores/subscriptions';

const at = (time: string) => `2026-11-02T${time}.000Z`;
const hour = (text: string): Hour => hourOf(Date.parse(`2026-11-02T${text}:00:00Z`));
const updated = (time: string, agreementId?: string) =>
  ({ kind: 'licenseUpdated', licenseId: 'l-1', time: at(time), agreementId }) as const;
const deprovisioned = (time: string) => ({ kind: 'licenseDeprovisioned', licenseId: 'l-1', time: at(time) }) as const;
const agreementEnded = (time: string, agreementId: string) =>
  ({ kind: 'agreementEnded', time: at(time), agreementId }) as const;
const after = (...events: LifecycleEvent[]) => events.reduce(applyLifecycleEvent, newSubscription('s-1', 'p'));

/** Active at 08:13, ended 15 seconds later, back at 11:05. */
const COMEBACK = [updated('08:13:00'), deprovisioned('08:13:15'), updated('11:05:00')] as const;
const PERIODS = [{ from: at('08:13:00'), until: at('08:13:15') }, { from: at('11:05:00') }];

describe('the periods of a subscription', () => {
  it('are the same in any order of the events, however often each arrives', () => {
    const order = fc.shuffledSubarray([...COMEBACK, ...COMEBACK], { minLength: 6 });
    fc.assert(fc.property(order, (events) => void expect(periodsOf(after(...events))).toEqual(PERIODS)));
  });

  it('begin with the first activation and have no end while the subscription is active', () => {
    expect(periodsOf(after())).toEqual([]);
    expect(periodsOf(after(deprovisioned('08:00:00')))).toEqual([]);
    expect(periodsOf(after(updated('08:00:00'), updated('10:00:00')))).toEqual([{ from: at('08:00:00') }]);
  });

  it('have a last one, which is the current one', () => {
    expect([lastPeriodOf(after()), lastPeriodOf(after(...COMEBACK))]).toEqual([undefined, PERIODS[1]]);
    expect(lastPeriodOf(after(updated('08:00:00')))).toEqual({ from: at('08:00:00') });
  });

  it('end with the first event that ends the subscription', () => {
    const ended = after(updated('08:00:00'), deprovisioned('12:00:31'), deprovisioned('12:00:00'));
    expect(periodsOf(ended)).toEqual([{ from: at('08:00:00'), until: at('12:00:00') }]);
  });

  it('know of the return and the end that an earlier version noted after a rollback', () => {
    const before = after(updated('08:00:00'), deprovisioned('10:00:00'));
    // It kept the newest beginning and the endings after it, and left the facts as they were.
    const { begunAt, endings } = after(updated('12:00:00'), deprovisioned('15:00:00'));
    const now = applyLifecycleEvent({ ...before, begunAt, endings }, updated('20:00:00'));
    expect(periodsOf(now)).toEqual([
      { from: at('08:00:00'), until: at('10:00:00') },
      { from: at('12:00:00'), until: at('15:00:00') },
      { from: at('20:00:00') },
    ]);
    expect(isLapsed(hour('14'), periodsOf(now))).toBe(false);
  });

  it('go on when another agreement than the current one ends', () => {
    const renewed = after(updated('08:00:00', 'a'), updated('10:00:00', 'b'), agreementEnded('10:00:05', 'a'));
    expect(periodsOf(renewed)).toEqual([{ from: at('08:00:00') }]);
    expect(periodsOf(applyLifecycleEvent(renewed, agreementEnded('12:00:00', 'b')))).toEqual([
      { from: at('08:00:00'), until: at('12:00:00') },
    ]);
  });

  it('count the end of the agreement that only the registration named', () => {
    const known = { ...after(updated('08:00:00')), agreementId: 'a' };
    const [ended, other] = [agreementEnded('09:00:00', 'a'), agreementEnded('09:00:00', 'b')];
    expect(periodsOf(applyLifecycleEvent(known, ended))).toMatchObject([{ until: at('09:00:00') }]);
    expect(periodsOf(applyLifecycleEvent(known, other))).toEqual([{ from: at('08:00:00') }]);
  });

  it('count the end of any agreement until an event names one, and keep that one when a later event names none', () => {
    const ended = (agreementId: string) => agreementEnded('09:00:00', agreementId);
    const unnamed = after(updated('08:00:00'), ended('a'), updated('10:00:00', 'b'));
    expect(periodsOf(unnamed)).toEqual([{ from: at('08:00:00'), until: at('09:00:00') }, { from: at('10:00:00') }]);
    const named = after(updated('08:00:00', 'b'), updated('08:30:00'), ended('a'), deprovisioned('11:00:00'));
    expect(periodsOf(named)).toEqual([{ from: at('08:00:00'), until: at('11:00:00') }]);
    expect(periodsOf(applyLifecycleEvent(named, updated('12:00:00')))).toEqual([
      { from: at('08:00:00'), until: at('11:00:00') },
      { from: at('12:00:00') },
    ]);
  });

  it('end in the second in which AWS both grants and ends, whichever event it is', () => {
    for (const ending of [agreementEnded('10:00:00', 'a'), deprovisioned('10:00:00')])
      expect(periodsOf(after(updated('08:00:00', 'a'), updated('10:00:00', 'a'), ending))).toEqual([
        { from: at('08:00:00'), until: at('10:00:00') },
      ]);
  });

  it('never end before they begin: a registration may have activated after the end that is told late', () => {
    const registered = aSubscription({ activatedAt: at('08:13:00'), begunAt: undefined, endings: [] });
    const ended = applyLifecycleEvent(registered, { ...deprovisioned('07:00:00') });
    expect(periodsOf(ended)).toEqual([{ from: at('08:13:00'), until: at('08:13:00') }]);
  });

  it('have no end while the subscription is active, whatever is remembered', () => {
    const life = [
      { at: at('08:00:00'), kind: 'began' as const },
      { at: at('09:00:00'), kind: 'agreementEnded' as const, agreementId: 'another' },
    ];
    expect(periodsOf(aSubscription({ activatedAt: at('08:00:00'), life }))).toEqual([{ from: at('08:00:00') }]);
  });

  it('agree with the state, whatever AWS says', () => {
    const time = fc.integer({ min: 0, max: 5 }).map((n) => `0${n}:00:00`);
    const agreement = fc.constantFrom('a', 'b');
    const event: fc.Arbitrary<LifecycleEvent> = fc.oneof(
      fc.tuple(time, agreement).map(([when, id]) => updated(when, id)),
      time.map(deprovisioned),
      fc.tuple(time, agreement).map(([when, id]) => agreementEnded(when, id)),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 8 }), (events) => {
        const subscription = after(...events);
        const periods = periodsOf(subscription);
        const isOrdered = periods.every(({ from, until }, n) => {
          const next = periods[n + 1]?.from;
          return (until === undefined || until >= from) && (next === undefined || (until ?? '~') <= next);
        });
        const isOpen = periods.length > 0 && periods.at(-1)?.until === undefined;
        return isOrdered && isOpen === (subscription.state === 'active');
      }),
    );
  });

  it('are read from a subscription that an earlier version stored', () => {
    const old = aSubscription({ activatedAt: at('08:00:00'), begunAt: at('09:00:00'), endings: [] });
    expect(periodsOf(old)).toEqual([{ from: at('08:00:00') }]);
    const ended = { ...old, licenseId: 'l-1' };
    const back = [deprovisioned('10:00:00'), updated('12:00:00')].reduce(
      applyLifecycleEvent,
      storedSubscription.parse(ended),
    );
    expect(periodsOf(back)).toEqual([{ from: at('08:00:00'), until: at('10:00:00') }, { from: at('12:00:00') }]);
  });

  it('go on in a subscription of an earlier version when another agreement ends', () => {
    const since = { begunAt: at('08:00:00'), agreementSince: at('08:00:00'), agreementId: 'a' };
    const old = storedSubscription.parse({
      ...aSubscription({ activatedAt: at('08:00:00'), ...since }),
      licenseId: 'l-1',
    });
    const events = [agreementEnded('09:00:00', 'b'), deprovisioned('10:00:00'), updated('12:00:00', 'c')];
    expect(periodsOf(events.reduce(applyLifecycleEvent, old))).toEqual([
      { from: at('08:00:00'), until: at('10:00:00') },
      { from: at('12:00:00') },
    ]);
  });

  it('are told by the comeback: its notice names the time at which the new period began', () => {
    const [before, back] = [after(COMEBACK[0], COMEBACK[1]), after(...COMEBACK)];
    expect(toChange(before, back, at('11:06:00'))?.notice).toMatchObject({ activatedAt: at('11:05:00') });
    expect(lastPeriodOf(back)).toEqual({ from: at('11:05:00') });
  });
});

describe('the facts that a subscription keeps', () => {
  const fact = (n: number) => ({
    at: new Date(Date.UTC(2026, 0, 1, n)).toISOString(),
    kind: n % 2 === 0 ? ('began' as const) : ('licenseDeprovisioned' as const),
  });
  const facts = Array.from({ length: MAX_LIFE_FACTS + 20 }, (_, n) => fact(n));
  const keep = (order: readonly ReturnType<typeof fact>[]) =>
    order.reduce((known, each) => ({ ...known, life: withLifeFact(known, each) }), newSubscription('s-1', 'p'));

  it('are the newest ones, in whatever order they arrive', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(facts, { minLength: facts.length }), (order) => {
        expect(keep(order).life).toEqual(facts.slice(-MAX_LIFE_FACTS));
      }),
      { numRuns: 20 },
    );
  });

  it('leave the time before the oldest one as subscribed from the first activation on, so that AWS decides', () => {
    const { life = [] } = keep(facts);
    const activatedAt = facts[0]?.at ?? '';
    const [first, second] = periodsOf(aSubscription({ activatedAt, life }));
    expect(first).toEqual({ from: activatedAt, until: life.find(({ kind }) => kind !== 'began')?.at });
    expect(second?.from).toBe(life.filter(({ kind }) => kind === 'began')[1]?.at);
  });

  it('fit into the item of a subscription, which every request of usage reads', () => {
    const longest = facts.map((each) => ({ ...each, agreementId: 'agmt-'.padEnd(40, 'x') }));
    const { life } = longest.reduce(
      (known, each) => ({ ...known, life: withLifeFact(known, each) }),
      newSubscription('s-1', 'p'),
    );
    expect(JSON.stringify(life).length).toBeLessThan(8_000);
  });
});

describe('an hour', () => {
  it.each([
    ['07', false],
    ['08', false],
    ['09', true],
    ['10', true],
    ['11', false],
    ['12', false],
  ])('%s has nobody subscribed: %s', (text, lapsed) => {
    expect(isLapsed(hour(text), PERIODS)).toBe(lapsed);
  });

  it('after the last end is not certain to have nobody subscribed', () => {
    expect(isLapsed(hour('12'), [{ from: at('08:00:00'), until: at('09:00:00') }])).toBe(false);
    expect(isLapsed(hour('12'), [])).toBe(false);
  });

  it('that a period touches only at its edge is outside', () => {
    const periods = [{ from: at('08:00:00'), until: at('09:00:00') }, { from: at('10:00:00') }];
    expect(['08', '09', '10'].map((text) => isLapsed(hour(text), periods))).toEqual([false, true, false]);
  });

  it.each([
    ['07', undefined],
    ['08', '08:13:00'],
    ['09', undefined],
    ['11', '11:05:00'],
    ['12', '12:00:00'],
  ])('%s has the timestamp %s', (text, time) => {
    expect(timestampMsOf(hour(text), PERIODS)).toBe(time && Date.parse(at(time)));
  });

  it('in whose first instant a period begins and ends is within it', () => {
    const periods = [{ from: at('08:00:00'), until: at('08:00:00') }, { from: at('11:00:00') }];
    expect(['08', '09'].map((text) => isLapsed(hour(text), periods))).toEqual([false, true]);
    expect(timestampMsOf(hour('08'), periods)).toBe(Date.parse(at('08:00:00')));
  });

  it('after the last end has the timestamp of its start: AWS may still take it', () => {
    const ended = [{ from: at('08:13:00'), until: at('09:10:00') }];
    expect(timestampMsOf(hour('09'), ended)).toBe(Date.parse(at('09:00:00')));
    expect(timestampMsOf(hour('10'), ended)).toBe(Date.parse(at('10:00:00')));
  });

  it('of two periods has a timestamp in the newer one, which AWS certainly knows', () => {
    const periods = [{ from: at('08:00:00'), until: at('11:02:00') }, { from: at('11:05:00') }];
    expect(timestampMsOf(hour('11'), periods)).toBe(Date.parse(at('11:05:00')));
  });
});
