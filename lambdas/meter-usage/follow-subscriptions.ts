import type { TableChange } from '../shared/runtime/table-changes';
import { beginEndings, type EndSubscriptionDeps } from './end-subscription';
import { beginZeroRecords, type BeginZeroRecordsDeps } from './zero-records';

/**
 * What metering does at once when a subscription changes: begins its last pass, or its zero records.
 * @returns the sequence numbers of what has to be delivered again.
 */
export async function followSubscriptions(
  changes: readonly TableChange[],
  deps: EndSubscriptionDeps & BeginZeroRecordsDeps,
): Promise<string[]> {
  const within = (state: string) => changes.filter(({ newImage }) => newImage.state === state);
  return [...(await beginEndings(within('ending'), deps)), ...(await beginZeroRecords(within('active'), deps))];
}
