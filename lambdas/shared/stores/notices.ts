import * as z from 'zod';
import { noticeSchema, type Notice } from '../contract/notices';
import { IS_NEW, type TransactionPart } from './conditional-writes';

/**
 * Notices: the outbox. A notice is put in the transaction of the change it tells of; the table's stream publishes it.
 *
 * | pk             | sk                          | tells of                                        |
 * |----------------|-----------------------------|-------------------------------------------------|
 * | subscriptionId | version of the subscription | a change of the subscription                    |
 * | noticeId       | 0                           | one fact: the key of the item that it tells of  |
 *
 * The subscription's version, which every change raises by one under a condition, makes the key unique: two writers
 * cannot both tell of version 7. A fact does not touch the subscription, so that thousands of them do not queue up for
 * its next version. The notice is kept as the JSON text that will be published. Items expire after `KEPT_DAYS`; the
 * stream has long published them.
 */
const KEPT_DAYS = 90;
const SECONDS_A_DAY = 86_400;

/** The part of a transaction that puts a notice into the outbox. */
export function noticePut(tableName: string, notice: Notice): TransactionPart {
  const expiresAt = Math.floor(Date.parse(notice.time) / 1000) + KEPT_DAYS * SECONDS_A_DAY;
  const Item = { ...keyOf(notice), notice: JSON.stringify(notice), expiresAt };
  return { Put: { TableName: tableName, Item, ConditionExpression: IS_NEW } };
}

function keyOf(notice: Notice): { pk: string; sk: number } {
  return 'version' in notice ? { pk: notice.subscriptionId, sk: notice.version } : { pk: notice.noticeId, sk: 0 };
}

/** Ours have a few hundred characters. Ten of this length fit a PutEvents call; one too long would sink the other nine. */
const MAX_NOTICE_LENGTH = 8_000;

const noticeItem = z.object({ notice: z.string().max(MAX_NOTICE_LENGTH) });

/**
 * The notice within an item of the table (as a stream shows it, unmarshalled).
 * @throws ZodError or SyntaxError for an item that nobody here has written.
 */
export function toNotice(item: unknown): Notice {
  return noticeSchema.parse(JSON.parse(noticeItem.parse(item).notice));
}
