import { licenseIdOf, type Buyer } from '../../driver/buyers';
import type { ItemWrite } from '../../../../local/dynamodb/memory-dynamodb';
import type { MemoryWorld } from '../memory-engine';
import { HOUR_MS, startOfHour } from '../../driver/time';

/** A move may take this long from reading the clock to its write, including the error of the clocks. */
const MOVING_MS = 120_000;

/** A customer moves once, to its own licence, from an hour on that cannot be sealed yet. */
export function watchMove(world: MemoryWorld, { before, after }: ItemWrite): void {
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
  // The identity items of a new subscription follow in the same transaction, so this looks the buyer up by customer
  // identifier.
  const isOwn = buyers.all.some(
    (buyer) =>
      buyer.mode === 'legacy' &&
      buyer.licenseArn === licenseArn &&
      buyer.accountId === after.customerAWSAccountId &&
      buyer.customerIdentifier === customerIdentifier,
  );
  books.require(isOwn, 'movedOnce', what(`${move.licenseArn} is another customer's`));
  const identity = engine.dynamoDb
    .table('subscriptions')
    .get({ pk: `license#${licenseIdOf(move.licenseArn)}`, sk: 'identity' });
  books.require(
    identity?.subscriptionId === subscriptionId,
    'movedOnce',
    what('the identity item of its licence names another subscription'),
  );
  const startMs = startOfHour(move.licenseFrom);
  books.require(startMs >= timeline.nowMs + HOUR_MS - MOVING_MS, 'movedOnce', what('too soon'));
  for (const { account, hour, state } of books.hours.values()) {
    const isDecided = account.subscriptionId === subscriptionId && state !== 'open' && hour >= move.licenseFrom;
    books.require(!isDecided, 'movedOnce', what(`${hour} is ${state}`));
  }
}

/** Whether an hour is metered by customer identifier: before the switch, or if the customer has not moved. */
export function isByIdentifier({ books }: MemoryWorld, { mode, subscriptionId = '' }: Buyer, hour: string): boolean {
  const move = books.moves.get(subscriptionId);
  return mode === 'legacy' && (move === undefined || hour < move.licenseFrom);
}
