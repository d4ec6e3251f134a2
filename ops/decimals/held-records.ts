import pMap from 'p-map';
import { finishingInLife } from '../../lambdas/meter-usage/finishing';
import { withBalance } from '../../lambdas/meter-usage/with-balance';
import type { Product } from '../../lambdas/shared/contract/seller-configuration';
import { acceptedUntilMs } from '../../lambdas/shared/domain/hour';
import {
  hourKeyOf,
  isCertainlyNotTaken,
  type HourlyUsage,
  type SealedHour,
} from '../../lambdas/shared/domain/hourly-usage';
import { quantityFormOf } from '../../lambdas/shared/domain/quantity-form';
import { toWholeRecord } from '../../lambdas/shared/domain/whole-record';
import type { Clock } from '../../lambdas/shared/runtime/ports';
import type { DecimalTrialStore } from '../../lambdas/shared/stores/decimal-trials';
import type { HourlyUsageStore } from '../../lambdas/shared/stores/hourly-usage';
import type { SubscriptionReader } from '../../lambdas/shared/stores/subscriptions';

export interface HeldRecordsDeps {
  decimalTrials: Pick<DecimalTrialStore, 'get' | 'halt'>;
  hourlyUsage: Pick<HourlyUsageStore, 'get' | 'getBalance' | 'listDue' | 'refreeze'>;
  subscriptions: SubscriptionReader;
  products: ReadonlyMap<string, Product>;
  graceMs: number;
  clock: Clock;
}

/** A sealed decimal record, and what becomes of it in whole units. */
export interface HeldRecord {
  hour: SealedHour;
  /** `unanswered`: AWS may bill a send of it, so it stays as it is. `changed`: a run was faster. */
  outcome: 'canBeWhole' | 'unanswered' | 'whole' | 'carried' | 'changed';
}

/** Later than every due time. */
const END_OF_TIME_MS = Number.MAX_SAFE_INTEGER;
const CONCURRENCY = 25;

/** The sealed decimal records of a product, oldest first. The index that lists them may lag some seconds. */
export async function findHeldRecords(
  productCode: string,
  { hourlyUsage }: Pick<HeldRecordsDeps, 'hourlyUsage'>,
): Promise<HeldRecord[]> {
  const keys = await hourlyUsage.listDue(END_OF_TIME_MS);
  const hours = await pMap(keys, (hourKey) => hourlyUsage.get(hourKey), { concurrency: CONCURRENCY });
  return hours
    .filter((hour) => isHeld(hour, productCode))
    .sort((a, b) => a.record.timestampSeconds - b.record.timestampSeconds)
    .map((hour) => ({ hour, outcome: isCertainlyNotTaken(hour) ? 'canBeWhole' : 'unanswered' }));
}

function isHeld(hour: HourlyUsage | undefined, productCode: string): hour is SealedHour {
  return hour?.state === 'sealed' && hour.record.form === 'decimal' && hour.record.productCode === productCode;
}

/** Hours until AWS no longer takes a record. */
export function hoursLeft({ record }: SealedHour, nowMs: number): number {
  return Math.max(0, (acceptedUntilMs(record.timestampSeconds * 1000) - nowMs) / 3_600_000);
}

/**
 * Bills the sealed decimal records of a product in whole units, as far as AWS certainly has not taken them. Halts the
 * product first, so that no run sends one meanwhile. Safe to repeat.
 */
export async function billWhole(productCode: string, deps: HeldRecordsDeps): Promise<HeldRecord[]> {
  const { decimalTrials, clock } = deps;
  const { state } = await decimalTrials.get(productCode);
  if (state !== 'halted') await decimalTrials.halt(productCode, { reason: 'operator', atMs: clock.now() });
  const records: HeldRecord[] = [];
  // One after the other, because the records of a dimension share its Balance.
  for (const held of await findHeldRecords(productCode, deps)) records.push(await freezeAnew(held, deps));
  return records;
}

async function freezeAnew(held: HeldRecord, deps: HeldRecordsDeps): Promise<HeldRecord> {
  const hourKey = hourKeyOf(held.hour);
  const { productCode } = held.hour.record;
  const subscriptions = await deps.subscriptions.getMany([hourKey.subscriptionId]);
  const { mayOpen } = finishingInLife(subscriptions.get(hourKey.subscriptionId), deps);
  // The Balance is billed in the form that is configured by then, not in that of the record.
  const form = quantityFormOf(deps.products.get(productCode), hourKey.dimension);
  let last: HeldRecord = held;
  const written = await withBalance(hourKey, { ...deps, form, mayOpen }, async ({ balance, openedFor }) => {
    const hour = await deps.hourlyUsage.get(hourKey);
    last = { hour: held.hour, outcome: 'changed' };
    if (!isHeld(hour, productCode)) return undefined;
    last = { hour, outcome: 'unanswered' };
    if (!isCertainlyNotTaken(hour)) return undefined;
    const whole = toWholeRecord(hour.record);
    last = { hour, outcome: whole.record === undefined ? 'carried' : 'whole' };
    const opened = openedFor(balance.amount.plus(whole.rest));
    return deps.hourlyUsage.refreeze({ hour, ...whole, balance, ...opened, nowMs: deps.clock.now() });
  });
  return written || last.outcome === 'unanswered' ? last : { ...last, outcome: 'changed' };
}
