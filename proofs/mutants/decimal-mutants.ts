import type { BatchMeterUsageCommandInput } from '@aws-sdk/client-marketplace-metering';
import type { MeteringRecord } from '../../lambdas/shared/domain/metering-record';
import type { DecimalUsageRecord } from '../../lambdas/shared/marketplace/decimal-members';
import { DynamoDbDecimalTrialStore } from '../../lambdas/shared/stores/decimal-trials';
import { exportsOf, method, mutant, type Mutant } from './mutant';

const decimalMembers = exportsOf('lambdas/shared/marketplace/decimal-members');
const echo = exportsOf('lambdas/shared/marketplace/echoed-quantity');
const recordToSend = exportsOf('lambdas/meter-usage/record-to-send');
const sealing = exportsOf('lambdas/shared/domain/sealing');
const hourlyUsage = exportsOf('lambdas/shared/domain/hourly-usage');

/** Mutants of decimal quantities, from sealing to what AWS repeats. */
export const DECIMAL_MUTANTS: readonly Mutant[] = [
  mutant(
    'a quantity is a float instead of a decimal',
    sealing('sealingOf', (sealingOf) => (input) => {
      const sealed = sealingOf(input);
      if (sealed.state !== 'sealed' || sealed.record.form === 'whole') return sealed;
      const float = [...input.fold.values()].reduce((total, { quantity }) => total + Number(quantity), 0);
      const units = float - Number(sealed.coveredQuantity) + Number(sealed.carriedIn) - Number(sealed.carriedOut);
      return { ...sealed, record: { ...sealed.record, quantity: String(units) } };
    }),
  ),
  mutant(
    'a seventh decimal is sent',
    sending((record) => ({
      ...record,
      ...(record.QuantityAsDecimal && { QuantityAsDecimal: Number(record.QuantityAsDecimal).toFixed(7) }),
    })),
  ),
  mutant(
    'whole allocations stand beside a decimal record',
    sending(({ UsageAllocations, ...record }) => ({
      ...record,
      UsageAllocations: UsageAllocations?.map(({ AllocatedUsageQuantityAsDecimal: text, ...allocation }) => ({
        ...allocation,
        ...(text !== undefined && { AllocatedUsageQuantity: Math.round(Number(text)) }),
      })),
    })),
  ),
  mutant(
    'a record is sent again in the other form',
    recordToSend('recordToSend', (original) => async (...args) => {
      const sealed = await original(...args);
      return sealed && sealed.sends > 0 ? { ...sealed, record: inOtherForm(sealed.record) } : sealed;
    }),
  ),
  mutant(
    'what AWS repeats is not compared',
    echo('echoOf', () => () => ({ kind: 'agrees' })),
  ),
  mutant(
    'the breaker of decimals is not read',
    method(DynamoDbDecimalTrialStore, 'get', () => async () => ({ state: 'proven' })),
  ),
  mutant(
    'a record is frozen anew with an unanswered send',
    hourlyUsage('isCertainlyNotTaken', () => () => true),
  ),
];

/** The requests as they leave the adapter, changed record by record. */
function sending(change: (record: DecimalUsageRecord) => DecimalUsageRecord) {
  return decimalMembers('sendBatchMeterUsage', (send) => async (client, request) => {
    const { UsageRecords, ...rest }: BatchMeterUsageCommandInput & { UsageRecords: DecimalUsageRecord[] } = request;
    return send(client, { ...rest, UsageRecords: UsageRecords.map(change) });
  });
}

function inOtherForm({ form, quantity, ...record }: MeteringRecord): MeteringRecord {
  return { ...record, form: form === 'whole' ? 'decimal' : 'whole', quantity };
}
