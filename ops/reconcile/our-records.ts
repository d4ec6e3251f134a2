import type { HourFields } from '../../lambdas/shared/domain/hourly-usage';
import type { Month } from '../arguments';
import type { Ops } from '../command';
import { hoursBetween } from '../stores/ledger-stores';
import { listSubscriptions } from '../stores/subscription-listing';
import type { OurRecord } from './differences';

/** The frozen records of a month, of all subscriptions. Usage without a subscription is never metered. */
export async function ourRecords({ installation, terminal }: Ops, month: Month): Promise<OurRecord[]> {
  const records: OurRecord[] = [];
  const subscriptions = [];
  for await (const subscription of listSubscriptions(installation)) subscriptions.push(subscription);
  const progress = terminal.progress('Subscriptions', subscriptions.length);
  for (const { subscriptionId, customerAWSAccountId } of subscriptions) {
    for await (const hour of hoursBetween(installation, { subscriptionId, ...month })) {
      const { record, dimension, state, meteringRecordId }: HourFields = hour;
      if (record === undefined) continue;
      const { productCode, customer, quantity } = record;
      records.push({
        subscriptionId,
        productCode,
        customer,
        customerAWSAccountId,
        dimension,
        state,
        quantity,
        hour: hour.hour,
        meteringRecordId,
      });
    }
    progress.advance(1);
  }
  progress.stop();
  return records;
}
