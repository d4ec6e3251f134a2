import type { Notice } from '../shared/contract/notices';
import type { NoticePublisher } from '../shared/runtime/event-bus';
import type { Counters } from '../shared/runtime/metrics';
import { toNotice } from '../shared/stores/notices';

/** A new item of the outbox, as the stream delivers it. */
export interface OutboxItem {
  sequenceNumber: string;
  newImage: Record<string, unknown>;
}

export interface PublishNoticesDeps {
  publisher: NoticePublisher;
  counters: Counters;
  onUnreadable(error: unknown, sequenceNumber: string): void;
}

/**
 * Publishes what the outbox's stream delivers and names what has to come again. An item that is no notice fails for ever:
 * the stream's failure destination keeps it, the others go out.
 */
export async function publishNotices(items: readonly OutboxItem[], deps: PublishNoticesDeps): Promise<string[]> {
  const read = items.map((item) => ({ item, notice: readNotice(item, deps) }));
  const readable = read.flatMap(({ item, notice }) => (notice === undefined ? [] : [{ item, notice }]));
  const results = await deps.publisher.publish(readable.map(({ notice }) => notice));
  const published = new Set(readable.filter((_, index) => results[index] === 'published').map(({ item }) => item));
  const failed = items.filter((item) => !published.has(item));
  deps.counters.count('NoticesPublished', published.size);
  deps.counters.count('NoticesFailed', failed.length);
  return failed.map(({ sequenceNumber }) => sequenceNumber);
}

function readNotice(
  { newImage, sequenceNumber }: OutboxItem,
  { onUnreadable }: PublishNoticesDeps,
): Notice | undefined {
  try {
    return toNotice(newImage);
  } catch (error) {
    onUnreadable(error, sequenceNumber);
    return undefined;
  }
}
