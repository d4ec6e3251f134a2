import type { ItemWrite } from '../../../../local/dynamodb/memory-dynamodb';
import type { BookedEvent } from '../../driver/books';
import { exact } from '../../driver/exact';
import type { MemoryWorld } from '../memory-engine';
import { HOUR_MS } from '../../driver/time';

const FUTURE_MS = 300_000;

/** Follows an item of the UsageEvents table; its first version decides whether it is usage. */
export function watchUsageEvent({ books, timeline, engine }: MemoryWorld, { before, after }: ItemWrite): void {
  const pk = String(after.pk);
  engine.stream.append({ newImage: after, ...(before && { oldImage: before }), atMs: timeline.nowMs });
  // A sleeping invocation put it again after its time to live: it is the same event, and counts once.
  if (before !== undefined || books.events.has(pk)) return;
  const versions = books.versions.get(pk) ?? [];
  // Finds the stored version among the reported ones by its content, independently of production code.
  const reported = versions.find(({ isMalformed }) => isMalformed) ?? versions.find((known) => isVersion(known, after));
  if (reported === undefined) {
    return books.violate(
      'firstVersion',
      `${pk} is stored with content that was never reported: ${JSON.stringify(after)}`,
    );
  }
  const subscriptionId = String(after.subscriptionId);
  const ageMs = Date.parse(String(after.receivedAt)) - Date.parse(String(after.time));
  const version = {
    ...reported,
    isUsage: reported.isMalformed !== true && isInTime(ageMs, books.longestLatenessHours),
  };
  books.addEvent({ pk, subscriptionId }, version, ageMs);
  if (!version.isUsage) return;
  const account = books.account(subscriptionId, version.dimension);
  account.used += version.quantity;
  account.move(version.quantity, undefined, 'pending');
}

function isVersion(
  version: { dimension: string; quantity: bigint; timeMs: number },
  item: ItemWrite['after'],
): boolean {
  return (
    item.dimension === version.dimension &&
    Date.parse(String(item.time)) === version.timeMs &&
    quantityOf(item.quantity) === version.quantity
  );
}

/** Usage may be set aside only if a new configuration makes it too late and no hour counts it yet. */
export function forgo({ books, counts }: MemoryWorld, event: BookedEvent): void {
  const { pk, subscriptionId, version } = event;
  const mayBe = counts.reconfigured !== undefined && event.hour === undefined;
  if (!mayBe) return books.violate('setAside', `${pk} is usage, and was set aside`);
  event.version = { ...version, isUsage: false };
  event.isForgone = true;
  const account = books.account(subscriptionId, version.dimension);
  account.used -= version.quantity;
  account.move(version.quantity, 'pending', undefined);
}

/** An event that was too late becomes usage when it is delivered again under a longer lateness. */
export function reclaim({ books }: MemoryWorld, event: BookedEvent): void {
  const { subscriptionId, version, ageMs } = event;
  const mayBe =
    event.isForgone === true || (version.isMalformed !== true && isInTime(ageMs, books.longestLatenessHours));
  if (version.isUsage || !mayBe) return;
  event.version = { ...version, isUsage: true };
  event.isForgone = false;
  const account = books.account(subscriptionId, version.dimension);
  account.used += version.quantity;
  account.move(version.quantity, undefined, 'pending');
}

/** Lateness is the difference between the item's own times, so every delivery decides the same. */
function isInTime(ageMs: number, latenessHours: number): boolean {
  return ageMs >= -FUTURE_MS && ageMs <= latenessHours * HOUR_MS;
}

function quantityOf(stored: unknown): bigint | undefined {
  try {
    return exact(String(stored));
  } catch {
    return undefined;
  }
}
