import type { HourKey } from '../shared/domain/hour';
import pMap from 'p-map';
import { MeteringBatcher } from '../shared/domain/metering-batch';
import type { SealedRecord } from '../shared/domain/metering-record';
import type { HourlyUsageReader } from '../shared/stores/hourly-usage';
import type { SubscriptionReader } from '../shared/stores/subscriptions';
import { finishingInLife } from './finishing';
import { prepareHour, type PrepareHourDeps, readEntitlements, type ReadEntitlementsDeps } from './prepare-hour';
import { sendCall, type SendCallDeps } from './send-call';

export interface MeterUsageDeps extends Omit<PrepareHourDeps & SendCallDeps, 'hourlyUsage'>, ReadEntitlementsDeps {
  hourlyUsage: PrepareHourDeps['hourlyUsage'] & SendCallDeps['hourlyUsage'] & Pick<HourlyUsageReader, 'listDue'>;
  subscriptions: SubscriptionReader;
}

/** Hours prepared together: few enough for memory, whatever their allocations, and as many as one read may ask for. */
const WAVE = 100;

/**
 * Seals due hours, sends their records to AWS Marketplace and stores the outcomes.
 *
 * Every run finds its work through the index `due`, and every step is conditional. Concurrent, interrupted and missed
 * runs therefore lose nothing and bill nothing twice: the next run continues.
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
      for (const full of batcher.add(sealed)) await sendCall(full, deps);
    }
  }
  for (const rest of batcher.rest()) await sendCall(rest, deps);
  counters.count('HoursLeft', due.length - taken);
  // Counted last, so that an alarm notices runs that do not finish.
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
        // A failed hour stays due and does not stop the others.
        deps.onFailure(error);
        deps.counters.count('HoursFailed', 1);
        return undefined;
      });
    },
    { concurrency: WAVE },
  );
  return sealed.filter((record) => record !== undefined);
}

/** Counted even as zero, because an alarm cannot watch a missing metric. */
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
  'Records.echoDiffers',
  'Records.notSubscribed',
  'Records.refused',
  'Records.unprocessed',
  'EchoesMissing',
  'RecordsClosed.expired',
  'RecordsClosed.unconfirmed',
  'RecordsClosed.rejected',
  'UnitsClosed.expired',
  'UnitsClosed.unconfirmed',
  'UnitsClosed.rejected',
] as const;
