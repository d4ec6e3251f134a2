import type { HourKey } from '../../lambdas/shared/domain/hour';
import type { NoticeOf } from '../../lambdas/shared/contract/notices';
import { decimal } from '../../lambdas/shared/domain/decimal';
import { toMeteringRejected } from '../../lambdas/shared/domain/rejection-notices';

/** The notice of an hour that AWS refused as a conflict. */
export function aMeteringRejected(hourKey: HourKey): NoticeOf<'MeteringRejected'> {
  const unbilled = { hourKey, state: 'rejected', reason: 'conflict', quantity: decimal(7) } as const;
  return toMeteringRejected(
    { ...unbilled, decidedFor: { subscriptionVersion: 3, agreementId: 'agmt-1' } },
    '2026-03-10T13:05:00.000Z',
  );
}
