import type { Product } from '../shared/contract/seller-configuration';
import { acceptedUntilMs, HOUR_MS } from '../shared/domain/hour';
import type { SealedHour } from '../shared/domain/hourly-usage';
import { quantityFormOf } from '../shared/domain/quantity-form';
import type { Clock } from '../shared/runtime/ports';
import type { Log } from '../shared/runtime/logger';
import type { Counters } from '../shared/runtime/metrics';
import type { DecimalTrialStore } from '../shared/stores/decimal-trials';

export interface MeasureHaltsDeps {
  decimalTrials: Pick<DecimalTrialStore, 'get'>;
  products: ReadonlyMap<string, Product>;
  clock: Clock;
  counters: Counters<'meter-usage'>;
  logger: Pick<Log, 'warn'>;
}

/**
 * Counts the products that need decimals although they are halted, and says how many hours the operator has until AWS no
 * longer takes the first held record. A halted product whose configuration and records are whole needs nothing.
 */
export async function measureHalts(sealed: readonly SealedHour[], deps: MeasureHaltsDeps): Promise<void> {
  const { decimalTrials, products, clock, counters, logger } = deps;
  counters.count('DecimalsHalted', 0);
  const hoursLeft: number[] = [];
  for (const [productCode, product] of products) {
    const held = sealed.filter(({ record }) => record.form === 'decimal' && record.productCode === productCode);
    const isDecimal = product.dimensions.some(({ apiName }) => quantityFormOf(product, apiName) === 'decimal');
    if (held.length === 0 && !isDecimal) continue;
    const trial = await decimalTrials.get(productCode);
    if (trial.state !== 'halted') continue;
    counters.count('DecimalsHalted', 1);
    const untilMs = Math.min(...held.map(({ record }) => acceptedUntilMs(record.timestampSeconds * 1000)));
    const left = Math.max(0, (untilMs - clock.now()) / HOUR_MS);
    if (held.length > 0) hoursLeft.push(left);
    logger.warn('Decimal records wait for the operator', {
      messageCode: 'DECIMALS_WAIT',
      productCode,
      reason: trial.reason,
      evidence: trial.evidence,
      records: held.length,
      ...(held.length > 0 && { hoursUntilFirstWindowCloses: Number(left.toFixed(1)) }),
    });
  }
  if (hoursLeft.length > 0) counters.count('DecimalsHaltedHoursLeft', Math.min(...hoursLeft));
}
