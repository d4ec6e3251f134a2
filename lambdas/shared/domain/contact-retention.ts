import { endOf, type Subscription } from './subscription';

const DAY_MS = 86_400_000;

/** Whether a subscription's buyer is a customer: the contact of one that is over may be the only one of the same buyer. */
const isLive = ({ state }: Subscription): boolean => state === 'pending' || state === 'active';

/**
 * When the contacts of a customer expire, epoch milliseconds: some days after the last of its subscriptions ended.
 * @param subscriptions - all of one AWS account; at least one
 * @returns undefined while one of them is live
 */
export function contactsExpireAtMs(subscriptions: readonly Subscription[], retentionDays: number): number | undefined {
  if (subscriptions.some(isLive)) return undefined;
  const ends = subscriptions.map((each) => Date.parse(endOf(each) ?? ''));
  return Math.max(...ends) + retentionDays * DAY_MS;
}

/** Whether a change may move the expiry of the customer's contacts: it ends the subscription, or begins it (again). */
export function movesContactExpiry(before: Subscription | undefined, after: Subscription): boolean {
  if (isLive(after)) return before === undefined || !isLive(before);
  return after.state === 'ended' && (before?.state !== 'ended' || endOf(before) !== endOf(after));
}
