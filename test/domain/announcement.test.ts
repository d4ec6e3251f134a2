import { describe, expect, it } from 'vitest';
import { noticeSchema } from '../../lambdas/shared/contract/notices';
import { isPaymentRisk, toAnnouncementNotice, type Announcement } from '../../lambdas/shared/domain/announcement';
import { aSubscription } from '../builders/a-subscription';

const RENEWAL = { kind: 'RenewalAnnounced', announced: 'renewed', previousAgreementId: 'agmt-0' } as const;

describe('what AWS announces of an agreement', () => {
  it.each<[announcement: Announcement, isRisk: boolean]>([
    [{ kind: 'PaymentRiskAnnounced', announced: 'spendThresholdReached' }, true],
    [{ kind: 'PaymentRiskAnnounced', announced: 'spendThresholdVetFailed' }, true],
    [{ kind: 'PaymentRiskAnnounced', announced: 'advisoryIssued' }, true],
    [{ kind: 'PaymentRiskAnnounced', announced: 'advisoryResolved' }, false],
    [RENEWAL, false],
  ])('%j puts money at risk: %s', (announcement, isRisk) => {
    expect(isPaymentRisk(announcement)).toBe(isRisk);
  });

  it('has one notice, although AWS may publish the event twice, with two ids', () => {
    const subscription = aSubscription({ version: 4 });
    const { subscriptionId, productCode, customerAWSAccountId } = subscription;
    const announced = {
      announcement: RENEWAL,
      agreementId: 'agmt-1',
      kept: { time: '2026-11-02T10:00:00.000Z' },
    };
    const notice = toAnnouncementNotice(announced, subscription, '2026-11-02T10:00:07.000Z');
    expect(noticeSchema.parse(notice)).toEqual({
      ...RENEWAL,
      schemaVersion: 1,
      noticeId: `${subscriptionId}#event#2026-11-02T10:00:00.000Z#renewed#agmt-1`,
      time: '2026-11-02T10:00:07.000Z',
      subscriptionId,
      subscriptionVersion: 4,
      productCode,
      customerAWSAccountId,
      agreementId: 'agmt-1',
      announcedAt: '2026-11-02T10:00:00.000Z',
    });
  });
});
