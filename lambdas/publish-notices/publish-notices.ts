import type { Notice } from '../shared/contract/notices';
import type { NoticePublisher } from '../shared/runtime/event-bus';
import { UnusableInputError } from '../shared/runtime/error-ids';
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
 * Publishes what the outbox's stream delivers and names what has to come again. An item that is no notice is passed over:
 * brought back, it would hold up the notices behind it for hours and have those beside it published each time anew. It is
 * still in the table, nobody here wrote it, and there is a metric to alarm on.
 */
export async function publishNotices(items: readonly OutboxItem[], deps: PublishNoticesDeps): Promise<string[]> {
  const read = items.map((item) => ({ item, notice: readNotice(item, deps) }));
  const readable = read.flatMap(({ item, notice }) => (notice === undefined ? [] : [{ item, notice }]));
  const results = await deps.publisher.publish(readable.map(({ notice }) => notice));
  const published = new Set(readable.filter((_, index) => results[index] === 'published').map(({ item }) => item));
  const failed = readable.map(({ item }) => item).filter((item) => !published.has(item));
  deps.counters.count('NoticesPublished', published.size);
  deps.counters.count('NoticesFailed', failed.length);
  deps.counters.count('NoticesUnreadable', items.length - readable.length);
  return failed.map(({ sequenceNumber }) => sequenceNumber);
}

function readNotice(
  { newImage, sequenceNumber }: OutboxItem,
  { onUnreadable }: PublishNoticesDeps,
): Notice | undefined {
  try {
    return toNotice(newImage);
  } catch {
    // The parser's own error quotes the item.
    onUnreadable(new UnusableInputError('notANotice', 'The item is no notice.'), sequenceNumber);
    return undefined;
  }
}
