import { describe, expect, it } from 'vitest';
import { previousAgreementOf, toAnnouncement } from '../../lambdas/shared/marketplace/agreement-announcements';

const agreement = { id: 'agmt-2', startTime: '2026-01-01T00:00:00Z', endTime: '2027-01-01T01:00:00+01:00' };
const CREATED = 'Purchase Agreement Created - Proposer';

describe('what an event announces about an agreement', () => {
  it.each([
    ['Spend Threshold Reached', 'PaymentRiskAnnounced', 'spendThresholdReached'],
    ['Spend Threshold Vet Succeeded', 'PaymentRiskAnnounced', 'spendThresholdVetSucceeded'],
    ['Spend Threshold Vet Failed', 'PaymentRiskAnnounced', 'spendThresholdVetFailed'],
    ['Purchase Agreement Advisory Issued', 'PaymentRiskAnnounced', 'advisoryIssued'],
    ['Purchase Agreement Advisory Resolved', 'PaymentRiskAnnounced', 'advisoryResolved'],
    ['Purchase Agreement Ending', 'RenewalAnnounced', 'ending'],
    ['Purchase Agreement Renewal Upcoming', 'RenewalAnnounced', 'renewalUpcoming'],
    ['Agreement Cancellation Request Pending Approval', 'CancellationAnnounced', 'requested'],
    ['Agreement Cancellation Request Approved', 'CancellationAnnounced', 'approved'],
    ['Agreement Cancellation Request Rejected', 'CancellationAnnounced', 'rejected'],
    ['Agreement Cancellation Request Cancelled', 'CancellationAnnounced', 'withdrawn'],
  ])('is read from %s, whoever receives it and however little it says: %s, %s', (name, kind, announced) => {
    for (const detailType of [name, `${name} - Manufacturer`, `${name} - Proposer`])
      for (const detail of [{ agreement: { id: 'agmt-2' } }, {}])
        expect(toAnnouncement(detailType, detail)).toEqual({ kind, announced });
  });

  it.each([
    'Purchase Agreement Amended - Proposer',
    'Purchase Agreement Ended - Proposer',
    'License Updated - Manufacturer',
    'Agreement Cancellation Request Expired - Proposer',
    'toString',
  ])('is nothing for %s, though it repeats the fields of an agreement', (detailType) => {
    const detail = { agreement: { ...agreement, intent: 'RENEW', previousAgreementId: 'agmt-1' } };
    expect(toAnnouncement(detailType, detail)).toBeUndefined();
  });

  it('names the end in UTC, and whether AWS will renew the agreement', () => {
    const detail = { agreement: { ...agreement, status: 'ACTIVE', daysBeforeEndTime: 30, autoRenewalEnabled: false } };
    expect(toAnnouncement('Purchase Agreement Ending - Proposer', detail)).toEqual({
      kind: 'RenewalAnnounced',
      announced: 'ending',
      endsAt: '2027-01-01T00:00:00.000Z',
      autoRenewal: false,
    });
  });

  it('names the request to cancel, and its reason', () => {
    const agreementCancellationRequest = {
      id: 'acr-0123456789abc',
      reasonCode: 'INCORRECT_TERMS_ACCEPTED',
      reasonMessage: '',
      statusCode: 'PENDING_APPROVAL',
    };
    const detail = { agreement, agreementCancellationRequest };
    expect(toAnnouncement('Agreement Cancellation Request Pending Approval - Proposer', detail)).toEqual({
      kind: 'CancellationAnnounced',
      announced: 'requested',
      requestId: 'acr-0123456789abc',
      reasonCode: 'INCORRECT_TERMS_ACCEPTED',
    });
  });

  it.each([
    [
      'Purchase Agreement Ending',
      { agreement: { ...agreement, endTime: 'soon', autoRenewalEnabled: 'yes' } },
      'ending',
    ],
    [
      'Agreement Cancellation Request Approved',
      { agreement, agreementCancellationRequest: { id: '', reasonCode: 7 } },
      'approved',
    ],
  ])('is told without the fields of %s that cannot be read', (detailType, detail, announced) => {
    expect(toAnnouncement(detailType, detail)).toEqual({ kind: expect.any(String), announced });
  });
});

describe('a new agreement', () => {
  it.each([
    ['RENEW', 'renewed'],
    ['REPLACE', 'replaced'],
    [undefined, 'renewed'],
  ])('with the intent %s tells that the agreement before it is %s', (intent, announced) => {
    const detail = { agreement: { ...agreement, intent, previousAgreementId: 'agmt-1' } };
    const renewal = { kind: 'RenewalAnnounced', announced, previousAgreementId: 'agmt-1' };
    expect(toAnnouncement(CREATED, detail)).toEqual(renewal);
    expect(previousAgreementOf(CREATED, detail)).toBe('agmt-1');
  });

  it.each([{ agreement: { ...agreement, intent: 'NEW' } }, { agreement: { previousAgreementId: '' } }, {}])(
    'continues no other, and announces nothing, with the detail %j',
    (detail) => {
      expect(previousAgreementOf(CREATED, detail)).toBeUndefined();
      expect(toAnnouncement(CREATED, detail)).toBeUndefined();
    },
  );

  it('is the only event that links an agreement to the one before it', () => {
    const detail = { agreement: { ...agreement, previousAgreementId: 'agmt-1' } };
    expect(previousAgreementOf('Purchase Agreement Amended - Proposer', detail)).toBeUndefined();
  });
});
