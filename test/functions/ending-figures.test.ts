import { describe, expect, it } from 'vitest';
import { endSubscription } from '../../lambdas/meter-usage/end-subscription';
import { aUsageEvent, MINUTE_MS, NOON_MS } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';
import { givenPath } from './a-scripted-path';

/** The middle of an hour: on average half an hour's usage is in the unfinished hour. */
const ENDED_AT_MS = NOON_MS + 30 * MINUTE_MS;
const SECOND_EVENT_MS = 31_000;
const WINDOW_SECONDS = 60;
const MARGIN_SECONDS = 60;

/**
 * A buyer who uses one unit a second until the end, of which the stream has not delivered the last batching window yet.
 * A pass follows the event at once, and the stream delivers the rest. The figures stand in ADR 13.
 */
async function givenSteadyBuyer() {
  const path = givenPath();
  path.givenSubscription({ state: 'ending', endingAt: new Date(ENDED_AT_MS).toISOString() });
  const events = Array.from({ length: 1800 }, (_, second) =>
    aUsageEvent({ timeMs: NOON_MS + second * 1000, receivedAtMs: ENDED_AT_MS }),
  );
  await path.deliver(...events.slice(0, -WINDOW_SECONDS));
  const passAt = async (ms: number, batchingWindowMs = WINDOW_SECONDS * 1000) => {
    path.clock.set(ms);
    await endSubscription(aSubscriptionId(1), { ...path.meterDeps(), batchingWindowMs });
  };
  return { path, passAt, deliverTheRest: () => path.deliver(...events.slice(-WINDOW_SECONDS)) };
}

describe('half an hour of steady usage, of which the stream still holds the last minute', () => {
  it('is billed whole if AWS takes it for as long as it says', async () => {
    const { path, passAt, deliverTheRest } = await givenSteadyBuyer();
    await passAt(ENDED_AT_MS);
    await deliverTheRest();
    await passAt(ENDED_AT_MS + (WINDOW_SECONDS + MARGIN_SECONDS) * 1000);
    expect(path.hours).toEqual({ '2026-03-10T12': ['billed', '1800'] });
  });

  it('is lost whole if AWS takes nothing after the second event', async () => {
    const { path, passAt, deliverTheRest } = await givenSteadyBuyer();
    await passAt(ENDED_AT_MS);
    await deliverTheRest();
    await passAt(ENDED_AT_MS + SECOND_EVENT_MS);
    expect(path.hours).toEqual({ '2026-03-10T12': ['open', undefined] });
    expect(path.calls).toEqual([]);
  });

  it('would lose its last minute on every ending if the unfinished hour were sealed at once', async () => {
    const { path, passAt, deliverTheRest } = await givenSteadyBuyer();
    await passAt(ENDED_AT_MS, -MARGIN_SECONDS * 1000);
    await deliverTheRest();
    // The rest moved to an hour after the end, for which AWS has no licence.
    expect(path.hours).toEqual({ '2026-03-10T12': ['billed', '1740'], '2026-03-10T13': ['open', undefined] });
  });
});
