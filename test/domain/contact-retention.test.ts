import { describe, expect, it } from 'vitest';
import { contactsExpireAtMs, movesContactExpiry } from '../../lambdas/shared/domain/contact-retention';
import type { SubscriptionState } from '../../lambdas/shared/domain/subscription';
import { aSubscription } from '../builders/a-subscription';

const ended = (endingAt: string) => aSubscription({ state: 'ended', endingAt });

describe('the expiry of the contacts of a customer', () => {
  it('is some days after the last of its subscriptions ended', () => {
    const subscriptions = [ended('2026-11-20T12:00:00.000Z'), ended('2026-11-02T00:00:00.000Z')];
    expect(contactsExpireAtMs(subscriptions, 30)).toBe(Date.parse('2026-12-20T12:00:00.000Z'));
  });

  it.each<[state: SubscriptionState, expiresAtMs: number | undefined]>([
    ['active', undefined],
    ['pending', undefined],
    ['ending', Date.parse('2026-11-12T00:00:00.000Z')],
    ['ended', Date.parse('2026-11-12T00:00:00.000Z')],
  ])('beside a subscription that is %s', (state, expiresAtMs) => {
    const subscriptions = [ended('2026-11-01T00:00:00.000Z'), aSubscription({ state })];
    expect(contactsExpireAtMs(subscriptions, 10)).toBe(expiresAtMs);
  });
});

describe('a change moves the expiry', () => {
  it.each<[before: SubscriptionState | undefined, after: SubscriptionState, moves: boolean]>([
    [undefined, 'pending', true],
    [undefined, 'active', true],
    [undefined, 'ended', true],
    ['pending', 'active', false],
    ['active', 'active', false],
    ['active', 'ending', false],
    ['pending', 'ending', false],
    ['ending', 'ended', true],
    ['ended', 'ended', false],
    ['ending', 'active', true],
    ['ended', 'active', true],
  ])('from %s to %s: %s', (before, after, moves) => {
    expect(movesContactExpiry(before && aSubscription({ state: before }), aSubscription({ state: after }))).toBe(moves);
  });

  it('when an earlier end becomes known of a subscription that has ended', () => {
    const before = ended('2026-11-20T12:00:00.000Z');
    expect(movesContactExpiry(before, ended('2026-11-19T12:00:00.000Z'))).toBe(true);
  });
});
