import * as z from 'zod';
import { parseDecimal, type Decimal } from '../../lambdas/shared/domain/decimal';

/** A row as the feed's file has it: one version of what AWS knows about one day. */
export interface FeedRow {
  id: string;
  validFromMs: number;
  updatedMs: number;
  isDeleted: boolean;
  /** UTC, such as `2026-07-14`. */
  day: string;
  productId: string;
  agreementId?: string;
  dimension: string;
  quantity: Decimal;
}

const required = z.string().min(1, 'is empty');

/** ISO 8601. Some tools write a space for `T`, or leave the zone out, which is UTC. */
const instant = z.string().transform((text, context) => {
  const iso = text.replace(' ', 'T').replace(/ ?UTC$/, 'Z');
  const zoned = /T[\d:.]+$/.test(iso) ? `${iso}Z` : iso;
  if (z.union([z.iso.date(), z.iso.datetime({ offset: true })]).safeParse(zoned).success) return Date.parse(zoned);
  context.addIssue(`is "${text}", not a time such as 2026-07-15T00:00:00Z`);
  return z.NEVER;
});

const row = z.object({
  usage_feed_id: required,
  valid_from: instant,
  update_date: instant,
  delete_date: z.string(),
  usage_date: instant.transform((epochMs) => new Date(epochMs).toISOString().slice(0, 10)),
  product_id: required,
  // The guide's page of this feed writes `agmnt-`, AWS's events and APIs write `agmt-`.
  agreement_id: z.string().transform((id) => id.replace(/^agmnt-/, 'agmt-')),
  dimension_key: required,
  usage_quantity: z.string().transform((text, context) => {
    const quantity = parseDecimal(text);
    if (quantity !== undefined) return quantity;
    context.addIssue(`is "${text}", not a decimal number such as 12.5`);
    return z.NEVER;
  }),
});

/** The row, or what is wrong with its first wrong cell. */
export function toFeedRow(cells: unknown): FeedRow | string {
  const parsed = row.safeParse(cells);
  if (!parsed.success) return parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ');
  const { data } = parsed;
  return {
    id: data.usage_feed_id,
    validFromMs: data.valid_from,
    updatedMs: data.update_date,
    isDeleted: data.delete_date !== '',
    day: data.usage_date,
    productId: data.product_id,
    ...(data.agreement_id !== '' && { agreementId: data.agreement_id }),
    dimension: data.dimension_key,
    quantity: data.usage_quantity,
  };
}
