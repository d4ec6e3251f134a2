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
