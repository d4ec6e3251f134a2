import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { newSubscription } from '../../lambdas/shared/domain/identity';
import { applyLicenseEvent, type LicenseEvent } from '../../lambdas/shared/domain/license-event';

const licenseEvent: fc.Arbitrary<LicenseEvent> = fc.record({
  kind: fc.constantFrom('licenseUpdated' as const, 'licenseDeprovisioned' as const),
  licenseId: fc.constant('l-1'),
  time: fc.integer({ min: 0, max: 6 }).map((hour) => new Date(Date.UTC(2026, 10, 1, hour)).toISOString()),
});

const after = (events: readonly LicenseEvent[]) => events.reduce(applyLicenseEvent, newSubscription('s-1', 'p'));

const story = (events: readonly LicenseEvent[]) => {
  const { state, activatedAt, endingAt, licenseUpdatedAt, deprovisionedAts = [] } = after(events);
  return JSON.stringify({ state, activatedAt, endingAt, licenseUpdatedAt, deprovisionedAts });
};

describe('Licence events', () => {
  it('tell the same story in any order and however often each is delivered', () => {
    const deliveries = fc
      .array(licenseEvent, { minLength: 1, maxLength: 8 })
      .chain((events) =>
        fc.tuple(
          fc.constant(events),
          fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2, maxLength: events.length * 2 }),
        ),
      );
    fc.assert(fc.property(deliveries, ([events, delivered]) => story(events) === story(delivered)));
  });

  it('end in what the newest of them says', () => {
    fc.assert(
      fc.property(fc.array(licenseEvent, { minLength: 1, maxLength: 8 }), (events) => {
        const newest = events.reduce((a, b) => (b.time > a.time ? b : a)).time;
        const last = events.filter(({ time }) => time === newest);
        const ends = last.some(({ kind }) => kind === 'licenseDeprovisioned');
        return after(events).state === (ends ? 'ending' : 'active');
      }),
    );
  });
});
