import type { Subscription } from '../../lambdas/shared/domain/subscription';
import type { LedgerHour } from '../reconcile/our-records';
import type { BilledRow } from './current-rows';

/** Where a quantity of the ledger and one of the feed meet. */
export interface Place {
  /** UTC. */
  day: string;
  dimension: string;
  /**
   * Absent when the feed or the subscription names none. All such usage of the product is in one place, with the rows of
   * agreements that no subscription is known to have, because they may be those of a subscription that names none.
   */
  agreementId?: string;
  /** The product code, or AWS's product id where no code is known for it. */
  product: string;
}

/** The subscriptions by every agreement that they have had. */
export interface Agreements {
  /** The agreement that stands for all of a subscription. */
  current: ReadonlyMap<string, string>;
  productCodes: ReadonlyMap<string, string>;
  /** The products that have subscriptions without one. */
  productsWithout: ReadonlySet<string>;
}

/**
 * A subscription may have had several agreements in a month, because a renewal keeps its licence. An agreement that is the
 * current one of a subscription is never another's former one: a renewal with a new licence has two subscriptions.
 */
export function agreementsOf(hours: readonly LedgerHour[]): Agreements {
  const current = new Map<string, string>();
  const productCodes = new Map<string, string>();
  const productsWithout = new Set<string>();
  const subscriptions = new Set(hours.map(({ subscription }) => subscription));
  for (const subscription of subscriptions) {
    const { agreementId, productCode } = subscription;
    if (agreementId === undefined) {
      productsWithout.add(productCode);
      continue;
    }
    productCodes.set(agreementId, productCode);
    for (const former of formerOf(subscription)) if (!current.has(former)) current.set(former, agreementId);
  }
  for (const { agreementId } of subscriptions) if (agreementId !== undefined) current.set(agreementId, agreementId);
  return { current, productCodes, productsWithout };
}

function formerOf({ previousAgreementId, life = [], endings = [] }: Subscription): string[] {
  const named = [previousAgreementId, ...[...life, ...endings].map(({ agreementId }) => agreementId)];
  return named.filter((agreementId) => agreementId !== undefined);
}

/** @param productCodes - by product id. Rows whose agreement is known say more of them. */
export function placesOf(
  { current, productCodes: ofAgreements, productsWithout }: Agreements,
  { rows, productCodes }: { rows: readonly BilledRow[]; productCodes: ReadonlyMap<string, string> },
) {
  const codes = new Map(productCodes);
  const knownOf = (agreementId = '') => current.get(agreementId);
  for (const { productId, agreementId } of rows) {
    const code = ofAgreements.get(knownOf(agreementId) ?? '');
    if (code !== undefined && !codes.has(productId)) codes.set(productId, code);
  }
  return {
    ofHour: ({ subscription: { agreementId, productCode }, hour }: LedgerHour): Place => ({
      day: hour.hour.slice(0, 10),
      dimension: hour.dimension,
      agreementId,
      product: productCode,
    }),
    ofRow: ({ day, dimension, agreementId, productId }: BilledRow): Place => {
      const product = codes.get(productId) ?? productId;
      const unknown = productsWithout.has(product) ? undefined : agreementId;
      return { day, dimension, agreementId: knownOf(agreementId) ?? unknown, product };
    },
  };
}
