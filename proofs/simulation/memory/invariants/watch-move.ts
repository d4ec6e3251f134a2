import { licenseIdOf, type Buyer } from '../../driver/buyers';
import type { Write } from '../../../../local/dynamodb/memory-table';
import type { MemoryWorld } from '../memory-engine';
import { HOUR_MS, startOfHour } from '../../driver/time';

/** From its look at the clock to its write a move may take this long, and no clock is right to the second. */
const MOVING_MS = 120_000;

/** A customer moves once, to its own licence, from an hour on that nobody can have sealed. */
export function watchMove(world: MemoryWorld, { before, after }: Write): void {
  const { licenseFrom, licenseArn, customerIdentifier } = after;
  if (licenseFrom === undefined && before?.licenseFrom === undefined) return;
  const { books, buyers, engine, timeline } = world;
  const subscriptionId = String(after.pk);
  const move = { licenseFrom: String(licenseFrom), licenseArn: String(licenseArn) };
  const what = (problem: string) => () => `${subscriptionId}, by licence from ${move.licenseFrom}: ${problem}`;
  const known = books.moves.get(subscriptionId);
  if (known !== undefined) {
    const isSame = known.licenseFrom === move.licenseFrom && known.licenseArn === move.licenseArn;
    return books.require(isSame, 'movedOnce', what(`moved before, from ${known.licenseFrom} on`));
  }
  books.moves.set(subscriptionId, move);
  world.count('moved', subscriptionId);
  // Its identities come in the same transaction: whoever is new is known by its identifier.
  const isOwn = buyers.all.some(
    (buyer) =>
      buyer.mode === 'legacy' &&
      buyer.licenseArn === licenseArn &&
      buyer.accountId === after.customerAWSAccountId &&
      buyer.customerIdentifier === customerIdentifier,
  );
  books.require(isOwn, 'movedOnce', what(`${move.licenseArn} is not its own`));
  const identity = engine.dynamoDb
    .table('subscriptions')
    .get({ pk: `license#${licenseIdOf(move.licenseArn)}`, sk: 'identity' });
  books.require(identity?.subscriptionId === subscriptionId, 'movedOnce', what('its licence is not known by it'));
  const startMs = startOfHour(move.licenseFrom);
  books.require(startMs >= timeline.nowMs + HOUR_MS - MOVING_MS, 'movedOnce', what('too soon'));
  for (const { account, hour, state } of books.hours.values()) {
    const isDecided = account.subscriptionId === subscriptionId && state !== 'open' && hour >= move.licenseFrom;
    books.require(!isDecided, 'movedOnce', what(`${hour} is ${state}`));
  }
}

/** Whether AWS is to hear of an hour by customer identifier: before the switch, and of whoever has not moved. */
export function isByIdentifier({ books }: MemoryWorld, { mode, subscriptionId = '' }: Buyer, hour: string): boolean {
  const move = books.moves.get(subscriptionId);
  return mode === 'legacy' && (move === undefined || hour < move.licenseFrom);
}
