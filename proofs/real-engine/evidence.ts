import type { BilledRecord } from '../../simulator';
import type { InvariantName, Violation } from '../simulation/invariants/broken-invariant';
import type { Books } from './books';
import type { StoredHour, StoredTables } from './stored-tables';

export interface Evidence {
  books: Books;
  tables: StoredTables;
  /** AWS Marketplace's ledger. */
  ledger: readonly BilledRecord[];
}

/** Keeps the first violation: later ones mostly follow from it. */
export class Findings {
  first: Violation | undefined;

  require(holds: boolean, invariant: InvariantName, what: () => string): void {
    if (!holds) this.first ??= { invariant, what: what() };
  }
}

export function hourName({
  subscriptionId,
  hour,
  dimension,
}: Pick<StoredHour, 'subscriptionId' | 'hour' | 'dimension'>) {
  return `${subscriptionId}#${hour}#${dimension}`;
}
