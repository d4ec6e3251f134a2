import { hourOf, nextHour } from '../shared/domain/hour';
import { usageEventKey, type UsageEvent } from '../shared/domain/usage-event';
import { readFoldedHour, type FoldedHourDeps } from '../shared/stores/folded-hour';

/** Whether an earlier delivery added the event to an hour. Searches where `aggregateUsage` would have put it. */
export async function isTallied(event: UsageEvent, deps: FoldedHourDeps): Promise<boolean> {
  const { subscriptionId, dimension, timeMs } = event;
  for (let hour = hourOf(timeMs); ; hour = nextHour(hour)) {
    const folded = await readFoldedHour({ subscriptionId, dimension, hour }, deps);
    if (folded === undefined) return false;
    if (folded.fold.has(usageEventKey(event))) return true;
    if (folded.hour.state === 'open') return false;
  }
}
