import type { AnnouncementNotice, NoticeOf } from '../contract/notices';
import type { Subscription } from './subscription';

type AnnouncedIn<Notice> = Notice extends AnnouncementNotice
  ? Pick<Notice, 'kind' | 'announced' | Extract<keyof Notice, 'previousAgreementId' | OwnFields>>
  : never;
type OwnFields = 'endsAt' | 'autoRenewal' | 'requestId' | 'reasonCode';

/** What AWS announces about an agreement without changing a subscription's state. */
export type Announcement = AnnouncedIn<AnnouncementNotice>;

/** An announcement, and the event that made it. */
export interface Announced {
  announcement: Announcement;
  agreementId: string;
  kept: { time: string };
}

type Risk = NoticeOf<'PaymentRiskAnnounced'>['announced'];
const RISKS: ReadonlySet<string> = new Set<Risk>([
  'spendThresholdReached',
  'spendThresholdVetFailed',
  'advisoryIssued',
]);

/** Whether AWS may not collect money; false: the doubt is over, or it is not about money. */
export function isPaymentRisk({ announced }: Announcement): boolean {
  return RISKS.has(announced);
}

/**
 * The notice for one subscription under the agreement. Its id is made of what is announced, because AWS may publish the same
 * event twice, with two ids.
 */
export function toAnnouncementNotice(
  { announcement, agreementId, kept }: Announced,
  { subscriptionId, version, productCode, customerAWSAccountId }: Subscription,
  nowIso: string,
): AnnouncementNotice {
  return {
    schemaVersion: 1,
    noticeId: `${subscriptionId}#event#${kept.time}#${announcement.announced}#${agreementId}`,
    time: nowIso,
    subscriptionId,
    subscriptionVersion: version,
    productCode,
    customerAWSAccountId,
    agreementId,
    announcedAt: kept.time,
    ...announcement,
  };
}
