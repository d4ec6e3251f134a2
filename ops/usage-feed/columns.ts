import { UsageError } from '../errors';

/**
 * The columns of AWS's Daily Usage data feed that are read here. Others are ignored, and the order does not matter.
 *
 * Documented, in the AWS Marketplace Seller Guide:
 * - "Daily Usage data feed", https://docs.aws.amazon.com/marketplace/latest/userguide/data-feed-daily-usage.html: the names
 *   of all columns; `usage_date` has no time, because usage is added up by day; `usage_quantity` has up to two decimals;
 *   `agreement_id` may be missing; the accounts in it are hashes, not AWS account ids; the feed is refreshed every 24 hours.
 * - "Storage and structure of AWS Marketplace data feeds",
 *   https://docs.aws.amazon.com/marketplace/latest/userguide/data-feed-details.html: CSV by RFC 4180 in UTF-8, times in UTC
 *   and ISO 8601, one file a month of delivery (`year=2026/month=07/data.csv`), which may hold no row, and the history of
 *   each row by `valid_from`, `update_date` and `delete_date`.
 *
 * The query `seller-data-feeds/queries/usage_report.sql` of github.com/aws-samples/aws-marketplace-api-samples keeps the
 * newest `update_date` of each `usage_feed_id` and `valid_from`, and leaves out rows with a `delete_date`.
 *
 * Inferred: that days are those of UTC; that a newer `valid_from` replaces an older one; how a quantity of more than two
 * decimals is rounded. Nobody here has seen a file of a seller.
 */
const REQUIRED = [
  'usage_feed_id',
  'valid_from',
  'update_date',
  'delete_date',
  'usage_date',
  'product_id',
  'agreement_id',
  'dimension_key',
  'usage_quantity',
] as const;

/** Only this feed has it. */
const MARK = 'usage_feed_id';
/** The key of the "Marketplace Usage dataset" (data subscriptions), which says the same in other columns. */
const MARK_OF_DATASET = 'internal_usage_line_item_id';

const HOW_TO_GET_IT =
  "Copy the files of the Daily Usage data feed from the feeds' bucket again (docs/runbook.md#what-aws-billed).";

/**
 * Whether a file with this first line is one of the feed.
 * @throws UsageError for one that is, without a required column, or with one twice.
 */
export function isOfFeed(header: readonly string[], file: string): boolean {
  if (!header.includes(MARK)) return false;
  const missing = REQUIRED.filter((name) => !header.includes(name));
  const twice = REQUIRED.filter((name) => header.indexOf(name) !== header.lastIndexOf(name));
  const problems = [
    ...(missing.length > 0 ? [`has no column ${missing.join(', ')}`] : []),
    ...(twice.length > 0 ? [`repeats the column ${twice.join(', ')}`] : []),
  ];
  if (problems.length === 0) return true;
  throw new UsageError(`The first line of ${file} ${problems.join(' and ')}. ${HOW_TO_GET_IT}`);
}

/** Why a file that the operator named cannot be read as the feed. */
export function notOfFeed(header: readonly string[] | undefined, file: string): UsageError {
  if (header === undefined) return new UsageError(`${file} is empty, without even column names. ${HOW_TO_GET_IT}`);
  if (header.includes(MARK_OF_DATASET))
    return new UsageError(
      `${file} is of the Marketplace Usage dataset, whose columns this version does not read. ${HOW_TO_GET_IT}`,
    );
  return new UsageError(`${file} has no column ${MARK}, so it is not of the Daily Usage data feed. ${HOW_TO_GET_IT}`);
}
