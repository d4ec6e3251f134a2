import { ZERO, type Decimal } from '../../lambdas/shared/domain/decimal';
import type { Hour } from '../../lambdas/shared/domain/hour';
import type { HourFields } from '../../lambdas/shared/domain/hourly-usage';
import type { InstalledTables } from '../installation/installation';
import { hoursBetween } from '../stores/ledger-stores';

/** An earlier hour, and how much of its usage was carried into the explained one. */
export interface CarriedFrom {
  hour: Hour;
  quantity: Decimal;
  rejectedUse: Hour[] | undefined;
  withheldUse: Hour[] | undefined;
  inlineEvents: HourFields['inlineEvents'];
}

/** A Balance that grew for longer than this is explained by its newest hours. */
const HOURS_SEARCHED = 2000;

/**
 * Where the usage comes from that an hour took from the Balance. A Balance is billed the oldest usage first, so it
 * consists of the newest usage before the hour that was not billed then.
 */
export async function carriedFrom(
  installed: InstalledTables,
  { subscriptionId, dimension, hour, carriedIn = ZERO }: HourFields,
): Promise<{ found: CarriedFrom[]; older: Decimal }> {
  const found: CarriedFrom[] = [];
  let rest = carriedIn;
  let seen = 0;
  if (rest.lte(0)) return { found, older: ZERO };
  for await (const earlier of hoursBetween(installed, { subscriptionId, endHour: hour })) {
    if (earlier.dimension === dimension) {
      const left = leftBy(earlier);
      const quantity = left.gt(rest) ? rest : left;
      const { rejectedUse, withheldUse, inlineEvents }: HourFields = earlier;
      if (quantity.gt(0)) found.push({ hour: earlier.hour, quantity, rejectedUse, withheldUse, inlineEvents });
      rest = rest.minus(quantity);
    }
    seen += 1;
    if (rest.eq(0) || seen === HOURS_SEARCHED) break;
  }
  return { found, older: rest };
}

/** How much of an hour's own usage stayed in the Balance after it, or came back to it. */
function leftBy({ used = ZERO, carriedOut = ZERO, carriedQuantity = ZERO }: HourFields): Decimal {
  const left = carriedOut.plus(carriedQuantity);
  return left.gt(used) ? used : left;
}
