import type { Product } from '../shared/contract/seller-configuration';
import type { Entitlements } from '../shared/domain/entitlements';
import type { HourlyUsage } from '../shared/domain/hourly-usage';
import type { SealedRecord } from '../shared/domain/metering-record';
import type { Subscription } from '../shared/domain/subscription';
import type { EntitlementReader } from '../shared/stores/entitlements';
import type { HourOwner } from './finishing';
import { recordToSend, type RecordToSendDeps } from './record-to-send';
import { sealHour, type SealHourDeps } from './seal-hour';

export type PrepareHourDeps = SealHourDeps & RecordToSendDeps;

/**
 * Prepares a due hour for sending: seals it if it is ripe, or gives it its final state if AWS no longer accepts it.
 *
 * @param hour - as it was read; undefined if there is none
 * @returns the frozen record to send, or undefined when there is nothing to send now.
 */
export async function prepareHour(
  hour: HourlyUsage | undefined,
  owner: HourOwner,
  deps: PrepareHourDeps,
): Promise<SealedRecord | undefined> {
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

export interface ReadEntitlementsDeps {
  entitlements: EntitlementReader;
  products: ReadonlyMap<string, Product>;
}

/** The stored entitlements of subscriptions whose usage a contract may cover. Others are not read. */
export async function readEntitlements(
  subscriptions: Iterable<Subscription>,
  { entitlements, products }: ReadEntitlementsDeps,
): Promise<Map<string, Entitlements>> {
  const netted = [...subscriptions].filter(
    ({ productCode }) => products.get(productCode)?.pricingModel === 'contractWithConsumption',
  );
  return netted.length === 0
    ? new Map<string, Entitlements>()
    : entitlements.getMany(netted.map(({ subscriptionId }) => subscriptionId));
}
