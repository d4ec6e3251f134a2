import { endDueSubscriptions, type EndSubscriptionDeps } from './end-subscription';
import { measureUnbilled, type MeasureUnbilledDeps } from './measure-unbilled';
import { meterUsage, type MeterUsageDeps } from './meter-usage';
import type { FlushedCounters } from '../shared/runtime/metrics';
import type { BeginZeroRecordsDeps } from './zero-records';

export type RunMeteringDeps = EndSubscriptionDeps &
  MeterUsageDeps &
  MeasureUnbilledDeps &
  BeginZeroRecordsDeps & { counters: FlushedCounters<'meter-usage'> };

/** A scheduled run. Ending subscriptions come first, because AWS accepts their last hours for about one hour only. */
export async function runMetering(deps: RunMeteringDeps): Promise<{ hoursLeft: number }> {
  await endDueSubscriptions(deps);
  const result = await meterUsage(deps);
  // Measuring takes longer, the more is left. If it takes longer than the run has, these figures are written all the same.
  deps.counters.flush();
  await measureUnbilled(deps);
  return result;
}
