import type { NoticeOf } from '../contract/notices';
import type { AgreementDetails } from './agreement-details';
import type { SubscriptionFacts } from './subscription';

/** The time of the check makes the id, because a detail may change back. */
export function toAgreementDetailsChanged(
  { subscriptionId, checkedAt, ...details }: AgreementDetails,
  { version: subscriptionVersion, productCode, customerAWSAccountId }: SubscriptionFacts,
  nowIso: string,
): NoticeOf<'AgreementDetailsChanged'> {
  return {
    kind: 'AgreementDetailsChanged',
    schemaVersion: 1,
    noticeId: `${subscriptionId}#agreement#${checkedAt}`,
    time: nowIso,
    subscriptionId,
    subscriptionVersion,
    productCode,
    customerAWSAccountId,
    checkedAt,
    ...details,
  };
}
