import type { TableChange } from '../shared/runtime/table-changes';
import { beginEndings, type EndSubscriptionDeps } from './end-subscription';
import { beginZeroRecords, type BeginZeroRecordsDeps } from './zero-records';

/**
 * Reacts to changed subscriptions: starts the end of an ending one, and the zero records of an active one.
 * @returns the sequence numbers of the changes to deliver again.
 */
export async function followSubscriptions(
  changes: readonly TableChange[],
  deps: EndSubscriptionDeps & BeginZeroRecordsDeps,
): Promise<string[]> {
  const within = (state: string) => changes.filter(({ newImage }) => newImage.state === state);
  return [...(await beginEndings(within('ending'), deps)), ...(await beginZeroRecords(within('active'), deps))];
}
