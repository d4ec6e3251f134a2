import { describe, expect, it } from 'vitest';
import {
  activatedBy,
  endedBy,
  STATES_ACCEPTING_USAGE,
  SUBSCRIPTION_TRANSITIONS,
  type SubscriptionState,
} from '../../lambdas/shared/domain/subscription';
import { aSubscription } from '../builders/a-subscription';

const edges = Object.entries(SUBSCRIPTION_TRANSITIONS).flatMap(([from, targets]) =>
  Object.entries(targets).map(([trigger, to]) => ({ from, trigger, to })),
);

function reachableFrom(start: SubscriptionState): Set<string> {
  const reached = new Set<string>([start]);
  for (const state of reached) {
    for (const { from, to } of edges) if (from === state) reached.add(to);
  }
  return reached;
}

describe('The life of a subscription', () => {
  it('reaches every state of a subscription from pending', () => {
    expect([...reachableFrom('pending')].sort()).toEqual(Object.keys(SUBSCRIPTION_TRANSITIONS).sort());
  });

  it('leads only to other known states of a subscription', () => {
    for (const { from, to } of edges) {
      expect(SUBSCRIPTION_TRANSITIONS).toHaveProperty(to);
      expect(to).not.toBe(from);
    }
  });

  it('lets a buyer return to active from every other state', () => {
    for (const state of ['pending', 'ending', 'ended'] as const) {
      expect(SUBSCRIPTION_TRANSITIONS[state].licenseUpdated).toBe('active');
    }
  });

  it('never returns a subscription to pending', () => {
    expect(edges.filter(({ to }) => to === 'pending')).toEqual([]);
  });

  it('accepts usage of pending and active subscriptions only', () => {
    expect([...STATES_ACCEPTING_USAGE].sort()).toEqual(['active', 'pending']);
  });

  it('names the trigger as the reason of the new state', () => {
    const at = '2026-11-02T11:00:00.000Z';
    const ending = endedBy(aSubscription({ state: 'active' }), { at, kind: 'licenseDeprovisioned' });
    expect(ending).toMatchObject({ state: 'ending', stateReason: 'licenseDeprovisioned', endingAt: at });
    const active = activatedBy(ending, 'licenseUpdated', at);
    expect(active).toMatchObject({ state: 'active', stateReason: 'licenseUpdated', activatedAt: at });
    expect(active).not.toHaveProperty('endingAt');
  });

  it('ignores a trigger that the state does not name', () => {
    const at = '2026-11-02T11:00:00.000Z';
    const active = aSubscription({ state: 'active', stateReason: 'registered' });
    expect(activatedBy(active, 'licenseUpdated', at)).toMatchObject({ state: 'active', stateReason: 'registered' });
    const ended = aSubscription({ state: 'ended', stateReason: 'graceElapsed' });
    expect(endedBy(ended, { at, kind: 'agreementEnded' })).toMatchObject({
      state: 'ended',
      stateReason: 'graceElapsed',
    });
  });
});
