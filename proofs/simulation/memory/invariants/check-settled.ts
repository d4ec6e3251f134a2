import { exactText, ONE_UNIT, type Exact } from '../../driver/exact';
import { stepOf } from '../../driver/settings';
import type { MemoryWorld } from '../memory-engine';

/** At rest, no usage may be unfinished that can still be decided. */
export function checkSettled(world: MemoryWorld): void {
  const { books, settings, buyers } = world;
  const isMetered = (subscriptionId: string, dimension: string) =>
    buyers.isMetered(subscriptionId, dimension, settings.products);
  for (const account of books.accounts.values()) {
    const { subscriptionId, dimension, terms } = account;
    const isEnded = books.stateOf(subscriptionId) === 'ended';
    const mayWait = !isEnded && !isMetered(subscriptionId, dimension);
    // A Balance that is left when a subscription ends stays until there is new usage.
    const hasEnded = buyers.withSubscription(subscriptionId).some(({ endedAtMs }) => endedAtMs !== undefined);
    const isCarriedOn = !mayWait && !hasEnded;
    const isSettled =
      terms.pending === 0n &&
      (terms.sealed === 0n || (mayWait && isUnregistered(subscriptionId, world))) &&
      (mayWait || terms.open === 0n) &&
      (!isCarriedOn || terms.carried < leftOf(world, dimension));
    books.require(
      isSettled,
      'settled',
      () =>
        `unfinished at rest: ${account}; ${[...books.events.values()]
          .filter((e) => e.version.isUsage && e.hour === undefined)
          .map((e) => e.pk)
          .join()}`,
    );
    books.require(
      account.billedByAws <= account.used,
      'neverMoreThanUsed',
      () => `AWS bills ${exactText(account.billedByAws)}: ${account}`,
    );
  }
  for (const booked of books.hours.values()) {
    const isLeft = booked.state === 'open' && isMetered(booked.account.subscriptionId, booked.account.dimension);
    books.require(!isLeft, 'settled', () => `${booked.hour} of ${booked.account} is open in the end`);
  }
  for (const { pk, version, hour, isSetAside, isOverwritten, isMarkedOverwritten } of books.events.values()) {
    if (version.isUsage) books.require(hour !== undefined, 'settled', () => `${pk} is in no hour in the end`);
    else books.require(isSetAside, 'setAside', () => `${pk} cannot be usage, but is not set aside`);
    if (isOverwritten) books.require(isMarkedOverwritten, 'setAside', () => `${pk} was overwritten, but has no mark`);
  }
}

/** AWS may refuse the ARN of an event, and nobody has registered: the usage is carried from hour to hour. */
function isUnregistered(subscriptionId: string, { buyers, settings }: MemoryWorld): boolean {
  const isPlayed = settings.rates.otherArnInEvent !== undefined;
  return isPlayed && buyers.withSubscription(subscriptionId).every(({ isRegistered }) => !isRegistered);
}

/** The quantity that may be carried at rest. What whole units left of a dimension that is decimal again waits for usage. */
function leftOf({ counts }: MemoryWorld, dimension: string): Exact {
  return counts.formChanged === undefined ? stepOf(dimension) : ONE_UNIT;
}

/** Checks the promise itself for every account that changed. */
export function checkBalances({ books }: MemoryWorld): void {
  for (const account of books.touched) {
    const { imbalance } = account;
    if (imbalance !== undefined) books.violate('balance', imbalance);
  }
  books.touched.clear();
}
