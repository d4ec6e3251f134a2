import type { HourFields, HourlyUsage } from '../../lambdas/shared/domain/hourly-usage';
import type { Subscription } from '../../lambdas/shared/domain/subscription';
import type { Month } from '../arguments';
import type { Ops } from '../command';
import { hoursBetween } from '../stores/ledger-stores';
import { listSubscriptions } from '../stores/subscription-listing';
import type { OurRecord } from './differences';

/** An hour of the ledger with the subscription that it belongs to. */
export interface LedgerHour {
  subscription: Subscription;
  hour: HourlyUsage;
}

/** The hours of a month, of all subscriptions. Usage without a subscription is never metered. */
export async function ledgerHours({ installation, terminal }: Ops, month: Month): Promise<LedgerHour[]> {
  const hours: LedgerHour[] = [];
  const subscriptions = [];
  for await (const subscription of listSubscriptions(installation)) subscriptions.push(subscription);
  const progress = terminal.progress('Subscriptions', subscriptions.length);
  for (const subscription of subscriptions) {
    const { subscriptionId } = subscription;
    for await (const hour of hoursBetween(installation, { subscriptionId, ...month }))
      hours.push({ subscription, hour });
    progress.advance(1);
  }
  progress.stop();
  return hours;
}

/** The frozen records of a month, of all subscriptions. */
export async function ourRecords(ops: Ops, month: Month): Promise<OurRecord[]> {
  return recordsOf(await ledgerHours(ops, month));
}

export function recordsOf(hours: readonly LedgerHour[]): OurRecord[] {
  return hours.flatMap(({ subscription: { subscriptionId, customerAWSAccountId }, hour }) => {
    const { record, dimension, state, meteringRecordId }: HourFields = hour;
    if (record === undefined) return [];
    const { productCode, customer, quantity } = record;
    const ids = { subscriptionId, productCode, customer, customerAWSAccountId, meteringRecordId };
    return [{ ...ids, dimension, state, quantity, hour: hour.hour }];
  });
}
