import type { HourKey } from '../shared/domain/hour';
import type { SealedRecord } from '../shared/domain/metering-record';
import type { HourOwner } from './finishing';
import { recordToSend, type RecordToSendDeps } from './record-to-send';
import { sealHour, type SealHourDeps } from './seal-hour';

export type PrepareHourDeps = SealHourDeps & RecordToSendDeps;

/**
 * Prepares a due hour for sending: seals it if it is ripe, or gives it its final state if AWS no longer accepts it.
 *
 * @returns the frozen record to send, or undefined when there is nothing to send now.
 */
export async function prepareHour(
  hourKey: HourKey,
  owner: HourOwner,
  deps: PrepareHourDeps,
): Promise<SealedRecord | undefined> {
  const hour = await deps.hourlyUsage.get(hourKey);
  switch (hour?.state) {
    case 'open':
      return owner.finishing.isRipe(hour.hour) ? sealHour(hour, owner, deps) : undefined;
    case 'sealed':
      return recordToSend(hour, owner, deps);
    default:
      // The index lags behind: another run has finished the hour.
      return undefined;
  }
}
