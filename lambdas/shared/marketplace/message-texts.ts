import * as z from 'zod';

/** What texts of AWS's messages must be to be kept: they become keys and items of a table. */

const YEAR_10000_MS = Date.UTC(10_000, 0, 1);

/** What becomes part of a key: DynamoDB takes 1,024 bytes of it, and no half characters. */
export const keyText = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => text.isWellFormed());

/** EventBridge's and SNS's own ids. */
export const messageId = z.string().regex(/^[\w-]{1,100}$/);

/** ISO 8601 with a zone; as ISO 8601 UTC. */
export const messageTime = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text))
  // Times sort as texts, as long as their year has four digits: a zone can push `9999-12-31` beyond them.
  .refine((epochMs) => epochMs >= 0 && epochMs < YEAR_10000_MS)
  .transform((epochMs) => new Date(epochMs).toISOString());

/** An item holds 400 KB. AWS's messages have a few hundred characters, and one that is too long is no reason to fail. */
const MAX_KEPT_LENGTH = 100_000;

export function keptText(text: string): string {
  return text.slice(0, MAX_KEPT_LENGTH).toWellFormed();
}
