import type { HourKey } from '../shared/domain/hour';
import pMap from 'p-map';
import { MeteringBatcher } from '../shared/domain/metering-batch';
import type { SealedRecord } from '../shared/domain/metering-record';
import type { HourlyUsageReader } from '../shared/stores/hourly-usage';
import type { SubscriptionReader } from '../shared/stores/subscriptions';
import { finishingInLife } from './finishing';
import { prepareHour, type PrepareHourDeps } from './prepare-hour';
import { readEntitlements, type ReadEntitlementsDeps } from './read-entitlements';
import { sendRecords, type SendRecordsDeps } from './send-records';

export interface MeterUsageDeps extends Omit<PrepareHourDeps & SendRecordsDeps, 'hourlyUsage'>, ReadEntitlementsDeps {
  hourlyUsage: PrepareHourDeps['hourlyUsage'] & SendRecordsDeps['hourlyUsage'] & Pick<HourlyUsageReader, 'listDue'>;
  subscriptions: SubscriptionReader;
}

/** Hours taken up together: few enough to hold in memory, whatever their allocations. */
const WAVE = 200;
const CONCURRENCY = 10;

/**
 * Seals the hours that are due, sends their records to AWS Marketplace and stores what became of each.
 *
 * Everything is found through the index of what is due and every step is conditional: two runs at once, a run that is
 * cut off anywhere, or a run that never happened leave nothing lost and nothing billed twice; the next run goes on.
 *
 * @returns how many due hours it had no time for.
 */
export async function meterUsage(deps: MeterUsageDeps): Promise<{ hoursLeft: number }> {
  const { hourlyUsage, clock, counters, deadlineMs } = deps;
  for (const name of COUNTED) counters.count(name, 0);
  counters.count('HoursWaiting', 0, { reason: 'entitlementsNotChecked' });
  const due = await hourlyUsage.listDue(clock.now());
  counters.count('HoursDue', due.length);
  const batcher = new MeteringBatcher();
  let taken = 0;
  while (taken < due.length && clock.now() < deadlineMs) {
    const wave = due.slice(taken, taken + WAVE);
    taken += wave.length;
    for (const sealed of await prepareWave(wave, deps)) {
      for (const full of batcher.add(sealed)) await sendRecords(full, deps);
    }
  }
  for (const rest of batcher.rest()) await sendRecords(rest, deps);
  counters.count('HoursLeft', due.length - taken);
  // Last: a run that does not come to its end must be missed.
  counters.count('MeteringRuns', 1);
  return { hoursLeft: due.length - taken };
}

async function prepareWave(wave: readonly HourKey[], deps: MeterUsageDeps): Promise<SealedRecord[]> {
  const subscriptions = await deps.subscriptions.getMany([
    ...new Set(wave.map(({ subscriptionId }) => subscriptionId)),
  ]);
  const known = await readEntitlements(subscriptions.values(), deps);
  const sealed = await pMap(
    wave,
    (hourKey) => {
      const subscription = subscriptions.get(hourKey.subscriptionId);
      const entitlements = known.get(hourKey.subscriptionId);
      const given = { subscription, entitlements, finishing: finishingInLife(subscription, deps) };
      return prepareHour(hourKey, given, deps).catch((error: unknown) => {
        // One hour in trouble must not keep the others from being billed; it stays due.
        deps.onFailure(error);
        deps.counters.count('HoursFailed', 1);
        return undefined;
      });
    },
    { concurrency: CONCURRENCY },
  );
  return sealed.filter((record) => record !== undefined);
}

/** Zeros are data: an alarm cannot watch a metric that is missing. */
const COUNTED = [
  'EndingsFailed',
  'HoursSealed',
  'HoursFailed',
  'MeteringCalls',
  'MeteringThrottles',
  'MeteringAmbiguous',
  'MeteringMisconfigured',
  'Records.accepted',
  'Records.conflict',
  'Records.notSubscribed',
  'Records.refused',
  'Records.unprocessed',
  'RecordsClosed.expired',
  'RecordsClosed.unconfirmed',
  'RecordsClosed.rejected',
  'UnitsClosed.expired',
  'UnitsClosed.unconfirmed',
  'UnitsClosed.rejected',
] as const;
