import type { ItemWrite } from '../../../../local/dynamodb/memory-dynamodb';
import { textOf } from '../../driver/entitlement-truth';
import type { MemoryWorld } from '../memory-engine';
import { watchMove } from './watch-move';
import { MINUTE_MS } from '../../driver/time';

/** The allowed changes of a subscription's state, written down independently of production code. */
const NEXT: Readonly<Record<string, readonly string[]>> = {
  none: ['pending', 'active', 'ending'],
  pending: ['pending', 'active', 'ending'],
  active: ['active', 'ending'],
  ending: ['ending', 'active', 'ended'],
  ended: ['ended', 'active'],
};

const NOTICE_OF: Readonly<Record<string, string>> = {
  active: 'SubscriptionActivated',
  ending: 'SubscriptionEnding',
  ended: 'SubscriptionEnded',
};

/** The clocks of the functions differ from the true one by less. */
const CLOCKS_MS = MINUTE_MS;

/** Follows one item of the Subscriptions table. */
export function watchSubscriptionItem(world: MemoryWorld, write: ItemWrite): void {
  switch (write.after.sk) {
    case 'identity':
      return world.buyers.learnIdentity(write.after);
    case 'subscription':
      return watchSubscription(world, write);
    case 'entitlements':
      return watchEntitlements(world, write);
  }
  if (String(write.after.sk).startsWith('event#')) world.books.keptEvents.add(String(write.after.id));
}

function watchSubscription(world: MemoryWorld, write: ItemWrite): void {
  const { before, after } = write;
  const { books, timeline } = world;
  const subscriptionId = String(after.pk);
  const [from, to] = [String(before?.state ?? 'none'), String(after.state)];
  const version = Number(String(after.version));
  const known = books.subscriptions.get(subscriptionId) ?? {
    subscriptionId,
    version: 0,
    changedAtMs: timeline.nowMs,
    states: [],
    checks: [],
    ends: [],
    activations: [],
  };
  books.subscriptions.set(subscriptionId, known);
  world.engine.subscriptionBefore.set(subscriptionId, { item: before, writtenAtMs: timeline.nowMs });
  books.require(NEXT[from]?.includes(to) === true, 'lifeCycle', () => `${subscriptionId} went from ${from} to ${to}`);
  books.require(
    version === known.version + 1,
    'lifeCycle',
    () => `${subscriptionId} has version ${version} after ${known.version}`,
  );
  known.version = version;
  known.changedAtMs = timeline.nowMs;
  if (after.endingAt !== undefined && after.endingAt !== before?.endingAt)
    known.ends.push({ atMs: Date.parse(String(after.endingAt)), knownSinceMs: timeline.nowMs });
  if (after.activatedAt !== undefined && after.activatedAt !== before?.activatedAt)
    known.activations.push({ atMs: Date.parse(String(after.activatedAt)), sinceMs: timeline.nowMs });
  watchMove(world, write);
  const isEnded = world.buyers.withSubscription(subscriptionId).some(({ endedAtMs }) => endedAtMs !== undefined);
  books.require(
    to !== 'ending' || from === 'ending' || isEnded || from === 'none',
    'lifeCycle',
    () => `${subscriptionId} is ending, but none of its agreements has ended`,
  );
  if (from !== to) {
    known.states.push({ state: to, sinceMs: timeline.nowMs });
    const kind = noticeAt(world, subscriptionId, version)?.kind;
    books.require(
      kind === NOTICE_OF[to],
      'told',
      () => `${subscriptionId} became ${to} in version ${version}, of which ${String(kind)} is told`,
    );
    if ((from === 'ended' || from === 'ending') && to === 'active') world.count('resubscribed', subscriptionId);
  }
  const change = { atMs: timeline.nowMs, newImage: after, ...(before && { oldImage: before }) };
  const beginsZeros = to === 'active' && world.books.zeros.at(-1)?.untilMs === Infinity;
  if (to === 'ending' || beginsZeros) world.engine.endings.append(change);
  world.engine.entitlementChanges.append(change);
}

/** Each notice is written once, in the transaction of its change, with the subscription's new version. */
export function watchNotice(world: MemoryWorld, { before, after }: ItemWrite): void {
  const { books, engine } = world;
  const [pk, version] = [String(after.pk), String(after.sk)];
  books.require(before === undefined, 'told', () => `the notice ${version} of ${pk} was written over`);
  // This notice is about an hour or a set-aside item, not about a version of the subscription.
  if (version === '0') return noteAnnouncement(world, pk);
  const subscription = engine.dynamoDb.table('subscriptions').get({ pk, sk: 'subscription' });
  books.require(
    String(subscription?.version) === version,
    'told',
    () => `the notice ${version} of ${pk} came with version ${String(subscription?.version)}`,
  );
}

/** A notice about an announcement has the subscription, the time of the event, its kind and its agreement in its key. */
function noteAnnouncement({ books }: MemoryWorld, pk: string): void {
  const [subscriptionId = '', kind, time = '', , agreementId = ''] = pk.split('#');
  if (kind === 'event') books.announced.add(announcementName({ subscriptionId, time, agreementId }));
}

export function announcementName(of: { subscriptionId: string; time: string; agreementId: string }): string {
  return `${of.subscriptionId} ${Date.parse(of.time)} ${of.agreementId}`;
}

function noticeAt({ engine }: MemoryWorld, pk: string, version: number): { kind?: unknown } | undefined {
  const item = engine.dynamoDb.table('notices').get({ pk, sk: version });
  return item === undefined ? undefined : (JSON.parse(String(item.notice)) as { kind?: unknown });
}

/** Stored entitlements must have been true when AWS was asked, or while it answered. */
function watchEntitlements(world: MemoryWorld, { before, after }: ItemWrite): void {
  const { books, buyers, timeline } = world;
  if (after.checkedAt === undefined || after.checkedAt === before?.checkedAt) return;
  const subscriptionId = String(after.pk);
  const checkedAtMs = Date.parse(String(after.checkedAt));
  const [buyer] = buyers.withSubscription(subscriptionId);
  const booked = books.subscriptions.get(subscriptionId);
  if (buyer === undefined || booked === undefined)
    return books.violate('entitled', `${subscriptionId}: no such subscription`);
  const stored = after.entitlements as readonly { dimension: string; value: string }[];
  const amounts = new Map(stored.map(({ dimension, value }) => [dimension, Number(value)]));
  const possible = books.entitlementsOfAws.between(buyer, checkedAtMs - CLOCKS_MS, timeline.nowMs + CLOCKS_MS);
  books.require(
    possible.some((given) => textOf(given) === textOf(amounts)),
    'entitled',
    () => `${subscriptionId} is stored with [${textOf(amounts)}]; AWS gave [${possible.map(textOf).join('] or [')}]`,
  );
  books.require(
    booked.checkedAtMs === undefined || checkedAtMs > booked.checkedAtMs,
    'entitled',
    () => `${subscriptionId}: an older answer took the place of a newer one`,
  );
  booked.checkedAtMs = checkedAtMs;
  booked.checks.push(checkedAtMs);
}
