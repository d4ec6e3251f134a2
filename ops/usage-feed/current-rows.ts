import { ZERO, type Decimal } from '../../lambdas/shared/domain/decimal';
import type { FeedRow } from './feed-row';

/** What AWS says now about one day, agreement and dimension. Several rows may say it together, one a Region. */
export interface BilledRow extends Pick<FeedRow, 'day' | 'productId' | 'agreementId' | 'dimension'> {
  quantity: Decimal;
  /** AWS took something back: a negative quantity, a smaller one than before, a deleted row, or a new revision. */
  isCorrected: boolean;
}

interface Kept {
  newest: FeedRow;
  largest: Decimal;
  isContradicted: boolean;
}

/**
 * Reads rows in any order and any number of times: files of a feed overlap when they were copied twice. Of each id and
 * `valid_from` the newest `update_date` counts; that it grows is usual, because hours of a day arrive late.
 */
export class CurrentRows {
  readonly #byId = new Map<string, Map<number, Kept>>();

  add(row: FeedRow): void {
    const revisions = this.#byId.get(row.id) ?? new Map<number, Kept>();
    this.#byId.set(row.id, revisions);
    const kept = revisions.get(row.validFromMs);
    if (kept === undefined) {
      revisions.set(row.validFromMs, { newest: row, largest: row.quantity, isContradicted: false });
      return;
    }
    const { newest, largest } = kept;
    const isNewer = row.updatedMs > newest.updatedMs || (row.updatedMs === newest.updatedMs && row.isDeleted);
    revisions.set(row.validFromMs, {
      newest: isNewer ? row : newest,
      largest: row.quantity.gt(largest) ? row.quantity : largest,
      isContradicted: kept.isContradicted || (row.updatedMs === newest.updatedMs && !isSame(row, newest)),
    });
  }

  /** One row for each id. A deleted one is 0, so that its day shows that something was taken back. */
  rows(): BilledRow[] {
    return [...this.#byId.values()].flatMap((revisions) => {
      const [last, ...earlier] = [...revisions.values()].sort((a, b) => b.newest.validFromMs - a.newest.validFromMs);
      if (last === undefined) return [];
      const { newest, largest, isContradicted } = last;
      const quantity = newest.isDeleted ? ZERO : newest.quantity;
      const isCorrected = earlier.length > 0 || isContradicted || quantity.lt(largest) || quantity.lt(0);
      const { day, productId, agreementId, dimension } = newest;
      return [{ day, productId, agreementId, dimension, quantity, isCorrected }];
    });
  }
}

const isSame = (a: FeedRow, b: FeedRow): boolean =>
  a.quantity.eq(b.quantity) && a.day === b.day && a.agreementId === b.agreementId && a.isDeleted === b.isDeleted;
