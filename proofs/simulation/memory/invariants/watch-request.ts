import type { UsageRecord } from '@aws-sdk/client-marketplace-metering';
import type { BookedHour } from '../../driver/books';
import { licenseIdOf } from '../../driver/buyers';
import { exactly, exactText } from '../../driver/exact';
import type { MemoryWorld } from '../memory-engine';
import { quantityOf, quantityProblem, sharesOf, stepOf, type SentCall, type SentRecord } from './sent-record';
import { watchHeld } from './watch-hold';
import { watchTried } from './watch-trial';
import { isByIdentifier } from './watch-move';
import { requestKey, windowEndMs } from './window';
import { HOUR_MS, hourOf, hourStartMs } from '../../driver/time';

const MEGABYTE = 1_000_000;
/** A run may take this long from its last check of the window to the call. */
const LONGEST_RUN_MS = 240_000;

/** Checks the promises of a request as it leaves for AWS. */
export function watchRequest(
  world: MemoryWorld,
  input: SentCall,
  sent: { bytes: number; isLate: boolean; by: object },
) {
  const { books } = world;
  const records = input.UsageRecords ?? [];
  books.require(records.length > 0 && records.length <= 25, 'callLimits', () => `${records.length} records in a call`);
  books.require(sent.bytes < MEGABYTE, 'callLimits', () => `${sent.bytes} bytes in a call`);
  const products = new Set(records.map((record) => world.buyers.ofRecord(record)?.productCode));
  books.require(products.size === 1, 'oneForm', () => `products ${[...products].join(', ')} in one call`);
  const forms = new Set(records.map(({ QuantityAsDecimal }) => QuantityAsDecimal !== undefined));
  books.require(forms.size === 1, 'oneForm', () => 'decimal and whole quantities in one call');
  watchTried(world, records, sent);
  const keys = new Set<string>();
  for (const record of records) {
    const key = keyOf(record);
    books.require(!keys.has(key), 'callLimits', () => `${key} twice in a call`);
    keys.add(key);
    watchRecord(world, record, { key, productCode: input.ProductCode, ...sent });
  }
}

export function keyOf({ LicenseArn, CustomerIdentifier, Dimension, Timestamp }: UsageRecord): string {
  return requestKey(LicenseArn ?? CustomerIdentifier, Dimension, Timestamp?.getTime() ?? 0);
}

interface Sent {
  key: string;
  productCode: string | undefined;
  isLate: boolean;
  by: object;
}

function watchRecord(world: MemoryWorld, record: SentRecord, { key, productCode, isLate, by }: Sent): void {
  const { books, buyers, timeline } = world;
  const { requests } = books;
  const buyer = buyers.ofRecord(record);
  if (buyer?.subscriptionId === undefined) return books.violate('sentAsFrozen', `${key}: no such subscription`);
  const atMs = record.Timestamp?.getTime() ?? 0;
  const hour = hourOf(atMs);
  const isLegacy = isByIdentifier(world, buyer, hour);
  const move = books.moves.get(buyer.subscriptionId);
  const rightForm = isLegacy
    ? productCode === buyer.productCode && record.CustomerAWSAccountId === undefined && record.LicenseArn === undefined
    : productCode === undefined &&
      record.CustomerIdentifier === undefined &&
      record.CustomerAWSAccountId === buyer.accountId &&
      licenseIdOf(record.LicenseArn ?? '') === licenseIdOf(move?.licenseArn ?? buyer.licenseArn);
  if (!rightForm) return books.violate('oneForm', `${key} is sent in the wrong form`);

  if (buyers.isUnmetered(buyer.subscriptionId)) return books.violate('neverMetered', `${key} is sent`);
  const problem = quantityProblem(record);
  if (problem !== undefined) return books.violate('callLimits', `${key}: ${problem}`);

  const text = JSON.stringify(record);
  const isFirst = !requests.has(key);
  const first = requests.get(key) ?? text;
  requests.set(key, first);
  if (first !== text) return books.violate('oneRequest', `${key}: first ${first}, now ${text}`);

  const booked = books.hours.get(`${buyer.subscriptionId}#${hour}#${record.Dimension}`);
  if (booked?.record === undefined || booked.state === 'open')
    return books.violate('sentAsFrozen', `${key}: no hour was sealed for it`);
  // Another run has claimed a send of it: the answer may be lost.
  const isUntold = isFirst && booked.sends - booked.answers === 1;
  if (isUntold && !isLate)
    watchHeld(world, { ...booked.account, hour }, { atMs, name: key, quantity: quantityOf(record) });
  const senders = (world.books.senders.get(key) ?? new Set()).add(by);
  world.books.senders.set(key, senders);
  if (senders.size > booked.sends)
    return books.violate(
      'answerKept',
      `${key} was sent by ${senders.size} runs, and ${booked.sends} sends are counted`,
    );
  const { form = 'whole', customer, quantity, timestampSeconds, allocations } = booked.record;
  if (
    customer.licenseArn !== record.LicenseArn ||
    exactly(quantity) !== quantityOf(record) ||
    (form === 'decimal') !== (record.QuantityAsDecimal !== undefined) ||
    timestampSeconds * 1000 !== atMs ||
    allocations?.length !== record.UsageAllocations?.length
  )
    return books.violate('sentAsFrozen', `${key} differs from the frozen record`);
  if (!isLegacy && atMs < (buyer.activatedAtMs ?? 0))
    return books.violate('timestamp', `${key} is stamped before the activation`);
  if (!isLate && timeline.nowMs >= windowEndMs(atMs) + LONGEST_RUN_MS)
    return books.violate('timestamp', `${key} is sent after its window, at ${new Date(timeline.nowMs).toISOString()}`);
  if (move !== undefined) world.count(isLegacy ? 'meteredAsBefore' : 'meteredByLicense', key);
  if (quantityOf(record) === 0n) world.count('zeroRecords', key);
  watchAllocations(world, { key, record, booked });
  watchEnd(world, buyer.subscriptionId, { key, isLate });
  if (timeline.nowMs < hourStartMs(atMs) + HOUR_MS) world.count('flushedMidHour', key);
}

/** A run that began before the end may still send; a later one must not. */
function watchEnd(
  { books, timeline }: MemoryWorld,
  subscriptionId: string,
  { key, isLate }: Pick<Sent, 'key' | 'isLate'>,
) {
  const states = books.statesOf(subscriptionId, timeline.nowMs - LONGEST_RUN_MS, timeline.nowMs);
  const isOver = states.every((state) => state === 'ended');
  books.require(isLate || !isOver, 'notAfterEnd', () => `${key} is sent, but its subscription has ended`);
}

/** Each tag set gets its share, to within one step of the form; carried-in usage has no tags. */
function watchAllocations(
  { books }: MemoryWorld,
  { key, record, booked }: { key: string; record: SentRecord; booked: BookedHour },
): void {
  const quantity = quantityOf(record);
  const allocations = sharesOf(record);
  const shares = new Map(allocations);
  const sum = allocations.reduce((total, [, share]) => total + share, 0n);
  if (sum !== quantity || shares.size !== allocations.length)
    return books.violate('allocations', `${key}: allocations of ${exactText(sum)} for ${exactText(quantity)}`);
  // Covered usage reduces every tag set in proportion; here all weights are multiplied by the usage instead.
  const used = booked.total === 0n ? 1n : booked.total;
  const weights = new Map(
    [...booked.byTagSet].map(([tags, weight]) => [tags, weight * (booked.total - booked.covered)]),
  );
  weights.set('', (weights.get('') ?? 0n) + booked.carriedIn * used);
  // Allocations that are frozen anew were rounded once before.
  const rounding = booked.isAnew === true ? exactly('0.000001') : 0n;
  const total = (booked.total - booked.covered + booked.carriedIn) * used;
  for (const tags of new Set([...weights.keys(), ...shares.keys()])) {
    const off = (shares.get(tags) ?? 0n) * total - quantity * (weights.get(tags) ?? 0n);
    const distance = off < 0n ? -off : off;
    books.require(
      distance < total * (stepOf(record) + rounding) || distance === 0n,
      'allocations',
      () => `${key}: ${exactText(shares.get(tags) ?? 0n)} for [${tags}]`,
    );
  }
}
