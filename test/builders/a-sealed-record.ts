import { parseHour } from '../../lambdas/shared/domain/hour';
import type { MeteringRecord, SealedRecord } from '../../lambdas/shared/domain/metering-record';
import { PRODUCT_CODE } from './a-payer';
import { aSubscriptionId } from './ids';

let records = 0;

/** A frozen record of 7 units at 12:00 UTC, of a new subscription each time. */
export function aSealedRecord(overrides: Partial<MeteringRecord> = {}): SealedRecord {
  records += 1;
  const hour = parseHour('2026-03-10T12');
  if (hour === undefined) throw new Error('not an hour');
  return {
    hourKey: { subscriptionId: aSubscriptionId(records), dimension: 'events', hour },
    record: {
      productCode: PRODUCT_CODE,
      customer: {
        mode: 'license',
        customerAWSAccountId: '111122223333',
        licenseArn: `arn:aws:license-manager::1:license:l-${records}`,
      },
      dimension: 'events',
      timestampSeconds: Date.parse('2026-03-10T12:00:00Z') / 1000,
      form: 'whole',
      quantity: '7',
      ...overrides,
    },
    sends: 0,
    answers: 0,
  };
}
