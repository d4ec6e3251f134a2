import type { Notice } from '../shared/contract/notices';
import type { NoticePublisher } from '../shared/runtime/event-bus';
import { UnusableInputError } from '../shared/runtime/error-ids';
import type { Counters } from '../shared/runtime/metrics';
import type { TableChange } from '../shared/runtime/table-changes';
import { toNotice } from '../shared/stores/notices';

export interface PublishNoticesDeps {
  publisher: NoticePublisher;
  counters: Counters<'publish-notices'>;
  onUnreadable(error: unknown, sequenceNumber: string): void;
}

/**
 * Publishes the notices that the outbox's stream delivers. An item that is not a notice is skipped and counted, and
 * stays in the table. If it were delivered again, it would block later notices for hours and repeat the ones in its
 * batch.
 * @returns the sequence numbers of the notices to deliver again.
 */
export async function publishNotices(items: readonly TableChange[], deps: PublishNoticesDeps): Promise<string[]> {
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
  { newImage, sequenceNumber }: TableChange,
  { onUnreadable }: PublishNoticesDeps,
): Notice | undefined {
  try {
    return toNotice(newImage);
  } catch {
    // The parser's error would quote the item.
    onUnreadable(new UnusableInputError('notANotice', 'The item is not a notice.'), sequenceNumber);
    return undefined;
  }
}
