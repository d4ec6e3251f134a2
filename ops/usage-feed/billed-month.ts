import { decimalText, sum, type Decimal } from '../../lambdas/shared/domain/decimal';
import type { Month } from '../arguments';
import type { Ops } from '../command';
import { counted } from '../output/counted';
import { productCodesById } from '../product-of';
import { askSimulator } from '../reconcile/accepted-records';
import type { LedgerHour } from '../reconcile/our-records';
import { billedLines, EXPLAINED, type BilledLine } from './billed-lines';
import { readFeedFiles, readFeedText, type UsageFeed } from './read-feed';

/** What AWS billed in a month, beside what was used here and what AWS was sent. */
export interface BilledMonth extends Omit<UsageFeed, 'rows'> {
  lines: BilledLine[];
}

/** @returns undefined on AWS without files: nothing but the seller's feed says what AWS billed. */
export async function billedMonth(
  ops: Ops,
  { month, billedFiles, hours }: { month: Month; billedFiles: string | undefined; hours: readonly LedgerHour[] },
): Promise<BilledMonth | undefined> {
  const feed = await feedOf(ops, { month, billedFiles });
  if (feed === undefined) return undefined;
  const { source, asOfMs } = feed;
  return { source, asOfMs, lines: billedLines(hours, feed, productCodesById(ops)) };
}

async function feedOf(
  { installation: { billing, clock, s3 } }: Ops,
  { month, billedFiles }: { month: Month; billedFiles: string | undefined },
): Promise<UsageFeed | undefined> {
  const nowMs = clock.now();
  if (billedFiles !== undefined) return readFeedFiles(billedFiles, { month, nowMs, s3 });
  if (billing.kind !== 'simulator') return undefined;
  const response = await askSimulator(`${billing.endpoint}/_marketplace/daily-usage?month=${month.name}`);
  const feed = await readFeedText("the simulator's Daily Usage data feed", await response.text(), { month, nowMs });
  // The simulator is up to date even if nothing was used lately.
  return { ...feed, asOfMs: nowMs };
}

/** The lines that differ and need a look. */
export const unexplained = ({ lines }: BilledMonth): BilledLine[] => lines.filter(({ kind }) => !EXPLAINED.has(kind));

/** The lines in which AWS billed what it was sent. Days on which it was sent nothing say nothing. */
export const equalLines = ({ lines }: BilledMonth): BilledLine[] =>
  lines.filter(({ kind, evidence, submitted }) => kind === 'equal' && (evidence.rows > 0 || submitted.gt(0)));

/** The lines that differ, for whatever reason. */
export const differing = ({ lines }: BilledMonth): BilledLine[] => lines.filter(({ kind }) => kind !== 'equal');

export interface BilledTotal {
  product: string;
  dimension: string;
  used: Decimal;
  submitted: Decimal;
  billed: Decimal;
}

/** By product and dimension, because two products may have different units under one name. */
export function billedTotals({ lines }: BilledMonth): BilledTotal[] {
  const groups = Map.groupBy(lines, ({ product, dimension }) => JSON.stringify([dimension, product]));
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, group]) => {
      const [first] = group;
      if (first === undefined) return [];
      const total = (of: 'used' | 'submitted' | 'billed') => sum(group.map((line) => line[of]));
      const { product, dimension } = first;
      return [{ product, dimension, used: total('used'), submitted: total('submitted'), billed: total('billed') }];
    });
}

/** The month in a sentence without its end. A day is one of an agreement and a dimension. */
export function billedVerdict(month: BilledMonth): string {
  const [equal, wrong] = [equalLines(month).length, unexplained(month).length];
  const explained = differing(month).length - wrong;
  return [
    `AWS billed ${counted(equal, 'day')} as submitted`,
    ...(explained > 0 ? [`${counted(explained, 'day')} with a known difference`] : []),
    ...(wrong > 0 ? [`${counted(wrong, 'day')} to look at`] : []),
  ].join('; ');
}

const asText = ({ used, submitted, billed }: Record<'used' | 'submitted' | 'billed', Decimal>) => ({
  used: decimalText(used),
  submitted: decimalText(submitted),
  billed: decimalText(billed),
  difference: decimalText(billed.minus(submitted)),
});

/** A line as numbers in text, for JSON, tables and CSV. */
export function shownLine(line: BilledLine) {
  const { day, dimension, product, agreementId, subscriptionIds, kind, evidence } = line;
  const { isComplete } = evidence;
  return { kind, day, agreementId, subscriptionIds, product, dimension, ...asText(line), isComplete };
}

/** A total as numbers in text. */
export function shownTotal(total: BilledTotal) {
  const { product, dimension } = total;
  return { product, dimension, ...asText(total) };
}
