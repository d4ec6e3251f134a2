import { toAnnouncementNotice } from '../shared/domain/announcement';
import { applySubscriptionEvent } from '../shared/domain/lifecycle-event';
import type { AgreementEvent } from '../shared/domain/marketplace-event';
import type { Subscription } from '../shared/domain/subscription';
import { toChange } from '../shared/domain/subscription-change';
import { ofKeptEvent } from '../shared/marketplace/agreement-events';
import type { Clock } from '../shared/runtime/ports';
import { untilSaved, type SubscriptionStore } from '../shared/stores/subscriptions';

export interface AgreementNewsDeps {
  subscriptions: SubscriptionStore;
  clock: Clock;
}

/**
 * Binds the subscription to the agreement, and reads the agreement's events that arrived before. This binds and then
 * reads events; `followWholeAgreement` keeps the event and then reads the subscriptions. Of two concurrent runs, at
 * least one therefore sees the other's write.
 */
export async function bindToAgreement(
  { subscriptionId }: Subscription,
  agreementId: string,
  { subscriptions }: AgreementNewsDeps,
): Promise<AgreementEvent[]> {
  await subscriptions.bindAgreement(agreementId, subscriptionId);
  const { events } = await subscriptions.ofAgreement(agreementId);
  return events.map(ofKeptEvent).filter((event) => event.kind === 'agreement');
}

/** The subscription after an event of its agreement, if the event changes it. */
export function applyEvent(subscription: Subscription, { event }: Pick<AgreementEvent, 'event'>): Subscription {
  return event === undefined ? subscription : applySubscriptionEvent(subscription, event);
}

/** Applies an event about an agreement to a subscription under it, and tells the seller what it announces. */
export async function applyAgreementEvent(
  subscriptionId: string,
  told: AgreementEvent,
  deps: AgreementNewsDeps,
): Promise<'applied' | 'unchanged' | 'waiting' | 'conflict'> {
  const { subscriptions, clock } = deps;
  const before = (await subscriptions.getMany([subscriptionId])).get(subscriptionId);
  // Bound but not stored yet: the run that stores it looks for the event afterwards.
  if (before === undefined) return 'waiting';
  // The notice comes first: it is put only while the event is not among the subscription's.
  const news = await tellAnnouncements(before, [told], deps);
  const change = toChange(before, applyEvent(before, told), new Date(clock.now()).toISOString());
  if (change === undefined) return news > 0 ? 'applied' : 'unchanged';
  return (await subscriptions.save(change, { event: told.kept })) === 'conflict' ? 'conflict' : 'applied';
}

/** Tells what the events announce about the subscription, each once. @returns how many were new. */
export async function tellAnnouncements(
  subscription: Subscription,
  events: readonly AgreementEvent[],
  { subscriptions, clock }: AgreementNewsDeps,
): Promise<number> {
  let news = 0;
  for (const { announcement, agreementId, kept } of events) {
    if (announcement === undefined) continue;
    const nowIso = new Date(clock.now()).toISOString();
    const notice = toAnnouncementNotice({ announcement, agreementId, kept }, subscription, nowIso);
    if ((await untilSaved(() => subscriptions.tell(notice, kept))) === 'told') news += 1;
  }
  return news;
}

/** Brings a registered subscription up to date with the agreement that ResolveCustomer named. */
export async function joinAgreement(
  subscription: Subscription,
  agreementId: string,
  deps: AgreementNewsDeps,
): Promise<void> {
  const events = await bindToAgreement(subscription, agreementId, deps);
  for (const event of events) await untilSaved(() => applyAgreementEvent(subscription.subscriptionId, event, deps));
}
