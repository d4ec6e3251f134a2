import { describe, it } from 'vitest';
import fc from 'fast-check';
import { newSubscription } from '../../lambdas/shared/domain/identity';
import { applySubscriptionEvent } from '../../lambdas/shared/domain/lifecycle-event';
import { overAfterGrace, SUBSCRIPTION_TRANSITIONS, type Subscription } from '../../lambdas/shared/domain/subscription';

type Told = Parameters<typeof applySubscriptionEvent>[1];

const time = fc.integer({ min: 0, max: 6 }).map((hour) => new Date(Date.UTC(2026, 10, 1, hour)).toISOString());
const agreementId = fc.constantFrom('agmt-1', 'agmt-2', 'agmt-3');
const licenseEvent: fc.Arbitrary<Told> = fc.oneof(
  fc.record({ kind: fc.constant('licenseUpdated' as const), licenseId: fc.constant('l-1'), time, agreementId }),
  fc.record({ kind: fc.constant('licenseUpdated' as const), licenseId: fc.constant('l-1'), time }),
  fc.record({ kind: fc.constant('licenseDeprovisioned' as const), licenseId: fc.constant('l-1'), time, agreementId }),
  fc.record({ kind: fc.constant('agreementEnded' as const), time, agreementId }),
  fc.record({ kind: fc.constant('entitlementsChanged' as const), time }),
);
const customerEvent: fc.Arbitrary<Told> = fc.oneof(
  fc.record({
    kind: fc.constantFrom(
      'subscribeSucceeded' as const,
      'subscribeFailed' as const,
      'unsubscribePending' as const,
      'unsubscribeSucceeded' as const,
    ),
    customerIdentifier: fc.constant('c-1'),
    freeTrial: fc.boolean(),
    time,
  }),
  fc.record({ kind: fc.constant('entitlementsChanged' as const), time }),
);
const stories = [
  ['a licence', licenseEvent],
  ["an older product's customer", customerEvent],
] as const;

const graceElapsed = (subscription: Subscription) =>
  subscription.state === 'ending' ? overAfterGrace(subscription) : subscription;
const eventsOf = (event: fc.Arbitrary<Told>) => fc.array(event, { minLength: 1, maxLength: 8 });
const after = (events: readonly Told[]) => events.reduce(applySubscriptionEvent, newSubscription('s-1', 'p'));
const asText = (subscription: Subscription) =>
  JSON.stringify(
    Object.entries(subscription)
      .filter(([, value]) => value !== undefined && !isEmpty(value))
      .sort(),
  );
const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0;

describe.each(stories)('What AWS says of %s', (_name, event) => {
  it('tells the same story in any order and however often each event is delivered', () => {
    const deliveries = eventsOf(event).chain((events) =>
      fc.tuple(
        fc.constant(events),
        fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2, maxLength: events.length * 2 }),
      ),
    );
    fc.assert(fc.property(deliveries, ([events, delivered]) => asText(after(events)) === asText(after(delivered))));
  });

  it('never takes a way that the table of transitions does not name', () => {
    fc.assert(
      fc.property(eventsOf(event), (events) => {
        const states = events.map((_, count) => after(events.slice(0, count)).state).concat(after(events).state);
        return states.every((to, index) => {
          const from = states[index - 1] ?? 'pending';
          return from === to || Object.values(SUBSCRIPTION_TRANSITIONS[from]).includes(to);
        });
      }),
    );
  });

  it('reaches the same state whether or not the grace elapsed in between', () => {
    fc.assert(
      fc.property(eventsOf(event), fc.nat(8), (events, when) => {
        const interrupted = events
          .slice(when)
          .reduce(applySubscriptionEvent, graceElapsed(after(events.slice(0, when))));
        const { state } = after(events);
        return interrupted.state === state || (interrupted.state === 'ended' && state === 'ending');
      }),
    );
  });
});

describe('The newest word of AWS', () => {
  it('activates or ends a licence by the newest event', () => {
    fc.assert(
      fc.property(eventsOf(licenseEvent), (events) => {
        const updates = events.filter(({ kind }) => kind === 'licenseUpdated').map((event) => event.time);
        const begunAt = updates.sort().at(-1);
        const { agreementId: current, state } = after(events);
        const ends = events.some(
          (told) =>
            (told.kind === 'licenseDeprovisioned' ||
              (told.kind === 'agreementEnded' &&
                (begunAt === undefined || current === undefined || told.agreementId === current))) &&
            (begunAt === undefined || told.time >= begunAt),
        );
        return state === (ends ? 'ending' : begunAt === undefined ? 'pending' : 'active');
      }),
    );
  });

  it("decides whether an older product's customer is subscribed", () => {
    fc.assert(
      fc.property(eventsOf(customerEvent), (events) => {
        const told = events.filter(({ kind }) => kind !== 'entitlementsChanged');
        const newest = told
          .map((event) => event.time)
          .sort()
          .at(-1);
        const last = told.filter((event) => event.time === newest);
        const subscribed = last.every(({ kind }) => kind === 'subscribeSucceeded');
        return after(events).state === (last.length === 0 ? 'pending' : subscribed ? 'active' : 'ending');
      }),
    );
  });
});
