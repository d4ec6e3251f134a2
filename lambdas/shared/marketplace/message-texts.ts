import * as z from 'zod';

/** Schemas for texts in AWS's messages that become keys and attributes of DynamoDB items. */

const YEAR_10000_MS = Date.UTC(10_000, 0, 1);

/** Part of a DynamoDB key, which is limited to 1,024 bytes and must be well-formed Unicode. */
export const keyText = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => text.isWellFormed());

/** The ids that EventBridge and SNS assign. */
export const messageId = z.string().regex(/^[\w-]{1,100}$/);

/** ISO 8601 with a time zone, converted to ISO 8601 UTC. */
export const messageTime = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text))
  // Times sort as text only while the year has four digits; a time zone can push `9999-12-31` into a fifth.
  .refine((epochMs) => epochMs >= 0 && epochMs < YEAR_10000_MS)
  .transform((epochMs) => new Date(epochMs).toISOString());

/** DynamoDB limits an item to 400 KB. AWS's messages have a few hundred characters; a longer one is truncated. */
const MAX_KEPT_LENGTH = 100_000;

export function keptText(text: string): string {
  return text.slice(0, MAX_KEPT_LENGTH).toWellFormed();
}
