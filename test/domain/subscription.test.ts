import { describe, expect, it } from '@jest/globals';
import {
  afterTrigger,
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
  it('reaches every state from pending', () => {
    expect([...reachableFrom('pending')].sort()).toEqual(Object.keys(SUBSCRIPTION_TRANSITIONS).sort());
  });

  it('leads only to states that it describes, and away from where it starts', () => {
    for (const { from, to } of edges) {
      expect(SUBSCRIPTION_TRANSITIONS).toHaveProperty(to);
      expect(to).not.toBe(from);
    }
  });

  it('has a way back to active from everywhere: a buyer may always return', () => {
    for (const state of ['pending', 'ending', 'ended'] as const) {
      expect(SUBSCRIPTION_TRANSITIONS[state].licenseUpdated).toBe('active');
    }
  });

  it('never goes back to pending', () => {
    expect(edges.filter(({ to }) => to === 'pending')).toEqual([]);
  });

  it('takes usage before it is active and while it is, and no longer when it ends', () => {
    expect([...STATES_ACCEPTING_USAGE].sort()).toEqual(['active', 'pending']);
  });

  it('names the trigger as the reason of the new state', () => {
    const ending = afterTrigger(aSubscription({ state: 'active' }), 'licenseDeprovisioned');
    expect(ending).toMatchObject({ state: 'ending', stateReason: 'licenseDeprovisioned' });
  });

  it('stays as it is at a trigger that its state does not know', () => {
    const subscription = aSubscription({ state: 'active', stateReason: 'registered' });
    expect(afterTrigger(subscription, 'graceElapsed')).toBe(subscription);
  });
});
