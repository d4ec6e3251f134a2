import { hourName, type BookedHour } from '../../driver/books';
import type { Term } from '../../driver/account';
import type { ItemWrite } from '../../../../local/dynamodb/memory-dynamodb';
import type { Item } from '../../../../local/dynamodb/values/item';
import { exactNumber, exactText, exactly } from '../../driver/exact';
import { NEXT_STATES, toHour, toInlineTally } from '../../driver/stored-items';
import type { MemoryWorld } from '../memory-engine';
import { watchEvents } from './watch-tally';
import { watchLapsed } from './watch-lapsed';
import { watchWithheld } from './watch-withheld';
import { watchCovered } from './watch-covered';
import { isAnew, watchFrozenAnew } from './watch-frozen-anew';
import { hasOtherLicense, watchOtherLicense } from './watch-other-license';
import { wasHeld, watchWaiting } from './watch-hold';
import { watchZero } from './watch-zero';
import { requestKey, windowEndMs } from './window';
import { HOUR_MS, MINUTE_MS, startOfHour } from '../../driver/time';

/** Follows one hour through its states and moves its quantity from term to term. */
export function watchHour(world: MemoryWorld, { after }: ItemWrite): void {
  const { books } = world;
  const [subscriptionId, sk] = [String(after.pk), String(after.sk)];
  const [hour, dimension] = [sk.slice(0, 13), sk.slice(14)];
  const booked = books.hour(subscriptionId, hour, dimension);
  books.touched.add(booked.account);
  const name = hourName({ subscriptionId, hour, dimension });
  const [from, to] = [booked.state, String(after.state)];
  if (NEXT_STATES[from]?.includes(to) !== true)
    return books.violate('transitions', `${name} went from ${from} to ${to}`);
  const isSendOpen = booked.sends > booked.answers;
  booked.state = to;
  const sends = Number(String(after.sends ?? 0));
  if (sends > booked.sends) world.engine.claimers.note(booked);
  booked.sends = sends;
  booked.answers = Number(String(after.answers ?? 0));
  if (booked.answers > booked.sends)
    return books.violate('answerKept', `${name} has ${booked.answers} answers to ${booked.sends} sends`);
  if (after.held !== undefined && after.held !== 'testNeedsEnd')
    watchWaiting(world, { subscriptionId, hour, dimension }, { dueAt: Number(String(after.dueAt)), name });
  if (to === 'open') {
    const held = after.held === undefined ? undefined : WAITS[String(after.held)];
    if (held !== undefined && held !== booked.held) world.count(held, name);
    booked.held = held;
    watchEvents(world, toInlineTally(after));
    return watchEstimate(world, booked, after);
  }
  if (from === 'open') return watchSealing(world, booked, after);
  if (isAnew(booked, after))
    return watchFrozenAnew(world, booked, { after, name, frozen: frozenText(after), isSendOpen });
  if (hasOtherLicense(booked, after))
    return watchOtherLicense(world, booked, { after, name, frozen: frozenText(after), isSendOpen });
  if (frozenText(after) !== booked.frozen) return books.violate('frozen', `${name} changed after it was sealed`);
  if (from === to) return;
  const isReturned = from === 'unconfirmed' && to === 'carried';
  if (isReturned && !books.returned.has(name))
    return books.violate('transitions', `${name} went from ${from} to ${to}, and no operator asked for it`);
  // The carried quantity returns to the Balance, which changes in the same transaction.
  booked.account.move(exactly(booked.record?.quantity ?? 0), from as Term, to === 'carried' ? undefined : (to as Term));
  if (to !== 'unconfirmed') checkAgainstAws(world, booked, name);
  if (to !== 'billed' && !isReturned) checkEnd(world, booked, { name, lastAnswer: String(after.lastAnswer) });
}

/** Why an hour waits for the operator. */
const WAITS: Readonly<Record<string, 'held' | 'aboveMaximum' | 'testNeedsEnd'>> = {
  onHold: 'held',
  aboveMaximum: 'aboveMaximum',
  testNeedsEnd: 'testNeedsEnd',
};

function watchEstimate(
  { books }: MemoryWorld,
  { total }: BookedHour,
  { pk, sk, units = 0, tallies, summed }: Item,
): void {
  const isKnown = String(tallies) === String(summed);
  const what = () => `${String(pk)} ${String(sk)}: ${String(units)} is below ${exactText(total)}`;
  books.require(!isKnown || exactNumber(String(units)) >= total, 'estimated', what);
}

/** How far clocks may differ. */
const CLOCKS_MS = 120_000;

/** Only a final refusal by AWS, or the end of its window, ends a record that is not billed; its state says which. */
function checkEnd(
  world: MemoryWorld,
  booked: BookedHour,
  { name, lastAnswer }: { name: string; lastAnswer: string },
): void {
  const { record, state, account, hour, sends, answers } = booked;
  if (record === undefined) return;
  const { books, timeline, engine } = world;
  const { requests, refusedByAws } = books;
  const isEnded = isOverForAws(world, account.subscriptionId);
  const { customer, dimension, timestampSeconds } = record;
  const key = requestKey(customer.licenseArn ?? customer.customerIdentifier, dimension, timestampSeconds * 1000);
  const isTaken = engine.aws.billedFor(record) !== undefined;
  const isOver = timeline.nowMs >= windowEndMs(timestampSeconds * 1000) - CLOCKS_MS || isEnded;
  // What can be held back no longer goes to the Balance.
  const isHeld = state === 'carried' && wasHeld(world, { ...account, hour });
  if (isHeld && !isOver) world.count('heldTooLong', name);
  books.require(isOver || isTaken || isHeld, 'notGivenUp', () => `${name} is ${state} before its window ends`);
  const wasSent = requests.has(key);
  // A record that AWS throttled until the end was not refused, and no send of it can have been billed.
  const wasUnprocessed = lastAnswer === 'unprocessed' && !refusedByAws.has(key);
  // Its licence was never confirmed, and no send of it can have been billed.
  const isProvisional = state === 'carried' && customer.licenseArnFrom === 'event' && sends === answers;
  if (state === 'expired' || state === 'carried')
    books.require(
      !wasSent || wasUnprocessed || isProvisional,
      'notGivenUp',
      () => `${name} is called ${state}, but was sent`,
    );
  if (state === 'unconfirmed') {
    const what = () => `${name} is unconfirmed, but was not sent, and no run that meant to send it was stopped`;
    books.require(wasSent || engine.claimers.isStopped(booked), 'notGivenUp', what);
  }
  if (state === 'rejected') {
    const what = () => `${name} is rejected; AWS has never refused it by itself`;
    books.require(refusedByAws.has(key), 'rejectedByAws', what);
  }
}

function watchSealing(world: MemoryWorld, booked: BookedHour, item: Item): void {
  const { books } = world;
  booked.sealedAtMs = world.timeline.nowMs;
  const { account, total, hour } = booked;
  const what = (problem: string) => `${account.subscriptionId} ${account.dimension} ${hour}: ${problem}`;
  const {
    record,
    used,
    carriedIn,
    carriedOut,
    expiredQuantity: expired,
    coveredQuantity: covered,
    ...rest
  } = toHour(item);
  const { rejectedQuantity: rejected, rejectedUse, withheldQuantity: withheld, withheldUse } = rest;
  const quantity = exactly(record?.quantity ?? 0);
  if (used !== total)
    return books.violate('sealedAsTallied', what(`sealed with ${exactText(used)} of ${exactText(total)}`));
  // A sealing that leaves the Balance unchanged may have read an older version.
  if (carriedIn !== carriedOut && carriedIn !== account.terms.carried)
    return books.violate(
      'sealedAsTallied',
      what(`took ${exactText(carriedIn)} of ${exactText(account.terms.carried)} carried`),
    );
  if (total + carriedIn !== quantity + carriedOut + expired + covered + rejected + withheld)
    return books.violate(
      'sealedAsTallied',
      what('used + carried in ≠ quantity + carried out + expired + covered + rejected + withheld'),
    );
  const isExpired = item.state === 'expired';
  watchWithheld(world, booked, { withheld, withheldUse, isExpired });
  watchLapsed(world, booked, { rejected, rejectedUse, withheldUse });
  watchZero(world, booked, { quantity: record && quantity, carriedOut });
  watchCovered(world, booked, { covered, isExpired: isExpired || item.state === 'withheld' });
  // Usage may expire or be carried only after its window has closed.
  const isEnded = isOverForAws(world, account.subscriptionId);
  const isUnsendable = world.timeline.nowMs >= windowEndMs(startOfHour(hour)) - CLOCKS_MS || isEnded;
  const isHeld = item.state === 'carried' && used > 0n && wasHeld(world, { ...account, hour });
  if (isHeld && !isUnsendable) world.count('heldTooLong', what('carried'));
  if (item.state === 'expired' && !isUnsendable)
    return books.violate('notGivenUp', what('expired before its window ends'));
  if (item.state === 'expired' && isEnded && expired > 0n) watchLoss(world, booked, what(exactText(expired)));
  booked.carriedIn = carriedIn;
  booked.covered = covered;
  booked.record = record;
  booked.frozen = frozenText(item);
  if (record) {
    const { licenseArn, customerIdentifier } = record.customer;
    const customer = licenseArn ?? customerIdentifier;
    books.byRequest.set(requestKey(customer, record.dimension, record.timestampSeconds * 1000), booked);
  }
  // The Balance changes in the same transaction; `carried` lacks the change until that write is followed.
  account.move(total, 'open', undefined);
  account.move(quantity, undefined, item.state === 'sealed' ? 'sealed' : undefined);
  account.move(expired, undefined, 'expired');
  account.move(covered, undefined, 'covered');
  account.move(rejected, undefined, 'rejected');
  account.move(withheld, undefined, 'withheld');
}

/** A few passes of a quarter of an hour: enough time when nothing fails. */
const FLUSHED_WITHIN_MS = 35 * MINUTE_MS;

/** After the faults, only usage that was counted at the last moment may be lost with the end. */
function watchLoss(world: MemoryWorld, { account, talliedAtMs = 0 }: BookedHour, what: string): void {
  const { books, buyers, settings, timeline } = world;
  const { subscriptionId, dimension } = account;
  const states = books.subscriptions.get(subscriptionId)?.states ?? [];
  // The buyer has come back: usage of so long ago expires because the seller wants it, not because of the end.
  if (states.at(-1)?.state === 'active') return;
  world.count('lostAtEnd', what);
  const sinceOf = (wanted: string) => states.findLast(({ state }) => state === wanted)?.sinceMs ?? Infinity;
  const sinceMs = Math.max(sinceOf('ending'), talliedAtMs);
  // Usage that a sleeping function counted after the end was never in time.
  const overMs = sinceOf('ended') > sinceOf('ending') ? sinceOf('ended') : Infinity;
  const isInTime =
    talliedAtMs < overMs && sinceMs >= world.quietSinceMs && timeline.nowMs - sinceMs > FLUSHED_WITHIN_MS;
  const isPayable = buyers.isMetered(subscriptionId, dimension, settings.products) && dimension !== 'unlisted';
  books.require(!isInTime || !isPayable, 'lastFlush', () => what);
}

/** AWS accepts usage for this long after the end of an agreement. */
const AFTER_END_MS = HOUR_MS;

/** Whether AWS no longer accepts usage of a subscription, because its agreement ended longer ago than the grace. */
function isOverForAws({ buyers, timeline }: MemoryWorld, subscriptionId: string): boolean {
  return buyers
    .withSubscription(subscriptionId)
    .some(({ endedAtMs = Infinity }) => timeline.nowMs >= endedAtMs + AFTER_END_MS - CLOCKS_MS);
}

function frozenText({ used, record, carriedIn, carriedOut, tallies, inlineEvents = new Set(), ...item }: Item): string {
  const { expiredQuantity, coveredQuantity, rejectedQuantity, rejectedUse, withheldQuantity, withheldUse } = item;
  const amounts = [used, carriedIn, carriedOut, expiredQuantity, coveredQuantity, rejectedQuantity, withheldQuantity];
  const events = [...(inlineEvents as ReadonlySet<string>)].sort();
  return [...amounts, rejectedUse, withheldUse, record, tallies, events].map(String).join('|');
}

/** AWS's own ledger must agree with the state of a record. */
function checkAgainstAws({ books, engine }: MemoryWorld, { record, state }: BookedHour, name: string): void {
  if (record === undefined) return books.violate('billedOnce', `${name} is ${state} without a record`);
  const billed = engine.aws.billedFor(record);
  const isOurs =
    billed !== undefined &&
    exactly(billed.quantity) === exactly(record.quantity) &&
    sameAllocations(billed.allocations, record.allocations);
  if (state === 'billed')
    books.require(isOurs, 'billedOnce', () => `${name} is called billed; AWS has ${JSON.stringify(billed)}`);
  else books.require(!isOurs, 'billedOnce', () => `${name} is called ${state}, but AWS bills it`);
}

function sameAllocations(
  theirs: readonly { quantity: string | number }[],
  ours: readonly { quantity: string | number }[] | undefined,
): boolean {
  const sum = (allocations: readonly { quantity: string | number }[]) =>
    allocations.reduce((total, { quantity }) => total + exactly(quantity), 0n);
  return theirs.length === (ours?.length ?? 0) && sum(theirs) === sum(ours ?? []);
}
