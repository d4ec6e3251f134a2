import { decimalText } from '../shared/domain/decimal';
import type { LostUsage } from '../shared/domain/rejection-notices';
import type { Log } from '../shared/runtime/logger';
import type { Counters } from '../shared/runtime/metrics';

export interface NoteLossDeps {
  counters: Counters<'meter-usage'>;
  logger: Pick<Log, 'warn'>;
}

/** Counts usage that will not be billed, and logs its hour. */
export function noteLoss(
  { hourKey, state, reason, quantity, productCode: product }: LostUsage & { productCode: string | undefined },
  { counters, logger }: NoteLossDeps,
): void {
  counters.count(`UnitsClosed.${state}`, quantity.toNumber());
  counters.count('UnitsNotBilled', quantity.toNumber(), { product, dimension: hourKey.dimension, reason });
  const units = decimalText(quantity);
  logger.warn('Usage is not billed', { messageCode: 'USAGE_NOT_BILLED', ...hourKey, state, units });
}
