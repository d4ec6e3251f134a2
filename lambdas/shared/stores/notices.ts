import * as z from 'zod';
import { noticeSchema, type Notice } from '../contract/notices';
import { IS_NEW, type TransactionPart } from './conditional-writes';

/**
 * Notices: the outbox. A notice is written in the same transaction as the change that it reports, and the table's
 * stream publishes it.
 *
 * | pk             | sk                          | reports                                         |
 * |----------------|-----------------------------|-------------------------------------------------|
 * | subscriptionId | version of the subscription | a change of the subscription                    |
 * | noticeId       | 0                           | one fact; the id is the key of the fact's item  |
 *
 * The subscription's version makes the key unique: every change increments it under a condition, so two writers cannot
 * both report version 7. Facts have no version, so that thousands of them do not compete for the subscription. The item
 * contains the notice as the JSON text that is published. It expires after `KEPT_DAYS`, long after the stream has
 * published it.
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

/** Ten of this length fit into a PutEvents call, which fails for all ten if it is too large. Notices are far shorter. */
const MAX_NOTICE_LENGTH = 8_000;

const noticeItem = z.object({ notice: z.string().max(MAX_NOTICE_LENGTH) });

/** Versions before decimals wrote the frozen quantity as a number. They still write notices while an update is under way. */
const ofWholeUnits = z.looseObject({ record: z.looseObject({ quantity: z.number().transform(String) }) });

/**
 * The notice of an item, read from an unmarshalled stream image.
 * @throws ZodError or SyntaxError for an item that these functions did not write.
 */
export function toNotice(item: unknown): Notice {
  const notice: unknown = JSON.parse(noticeItem.parse(item).notice);
  const earlier = ofWholeUnits.safeParse(notice);
  return noticeSchema.parse(earlier.success ? earlier.data : notice);
}
