import { endDueSubscriptions, type EndSubscriptionDeps } from './end-subscription';
import { measureUnbilled, type MeasureUnbilledDeps } from './measure-unbilled';
import { meterUsage, type MeterUsageDeps } from './meter-usage';
import type { BeginZeroRecordsDeps } from './zero-records';

export type RunMeteringDeps = EndSubscriptionDeps & MeterUsageDeps & MeasureUnbilledDeps & BeginZeroRecordsDeps;

/** A scheduled run. Ending subscriptions come first, because AWS accepts their last hours for about one hour only. */
export async function runMetering(deps: RunMeteringDeps): Promise<{ hoursLeft: number }> {
  await endDueSubscriptions(deps);
  const result = await meterUsage(deps);
  await measureUnbilled(deps);
  return result;
}
