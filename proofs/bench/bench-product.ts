import type { MeteringGateway } from '../../lambdas/shared/marketplace/batch-meter-usage';
import { METERED } from '../stand-ins/a-seller';

export const BENCH_PRODUCT = {
  ...METERED,
  productCode: 'bench',
  dimensions: [{ apiName: 'events', unit: 'event' }],
};

/** A measurement with a failure in it would be wrong. */
export function noteFailure(error: unknown): never {
  throw error;
}

/** AWS Marketplace's answer when it takes every record of a call. */
export function acceptedAll(records: readonly unknown[]): Awaited<ReturnType<MeteringGateway['batchMeterUsage']>> {
  return { outcome: 'answered', records: records.map(() => ({ kind: 'accepted', meteringRecordId: 'id' })) };
}
