import { describe, expect, it } from 'vitest';
import { ofKeptEvent, toAgreementEvent } from '../../lambdas/shared/marketplace/agreement-events';
import { anAgreementEvent } from '../builders/an-agreement-event';

describe('toAgreementEvent', () => {
  it('reads a licence event of a manufacturer or a proposer', () => {
    for (const role of ['Manufacturer', 'Proposer']) {
      const input = anAgreementEvent({ detailType: `License Deprovisioned - ${role}`, id: 'event-1' });
      expect(toAgreementEvent(input)).toMatchObject({
        kind: 'license',
        productCode: 'licenseproduct00000000000',
        event: {
          kind: 'licenseDeprovisioned',
          licenseId: 'l-0123456789abcdef0123456789abcdef',
          time: '2026-11-02T10:00:00.000Z',
          customerAWSAccountId: '111122223333',
          agreementId: 'agmt-1',
        },
        kept: { id: 'event-1', agreementId: 'agmt-1' },
      });
    }
  });

  it('writes event times so that they sort as text', () => {
    const times = ['2026-11-02T10:00:00Z', '2026-11-02T12:00:00.5+02:00', '2026-11-02T10:00:01Z'];
    const texts = times.map((time) => toAgreementEvent(anAgreementEvent({ time })).kept.time);
    expect(texts).toEqual([...texts].sort());
    expect(texts[1]).toBe('2026-11-02T10:00:00.500Z');
  });

  it('reads a licence event without product, account and agreement', () => {
    const input = anAgreementEvent({ productCode: undefined, accountId: undefined, agreementId: undefined });
    expect(toAgreementEvent(input)).toMatchObject({ kind: 'license', productCode: undefined });
  });

  it.each([
    ['arn:aws:license-manager::294406891311:license:l-1', true],
    [' arn:aws-us-gov:license-manager:us-east-1:294406891311:license/lic-1 ', true],
    ['aws:license-manager::294406891311:license:l-1', false],
    ['l-1', false],
  ])('takes %j for a whole ARN: %s', (licenseArn, isWhole) => {
    const event = toAgreementEvent(anAgreementEvent({ licenseArn }));
    expect(event).toMatchObject({ kind: 'license' });
    expect(event.kind === 'license' && event.event.licenseArn).toBe(isWhole ? licenseArn.trim() : undefined);
  });

  it('keeps events of another source or kind, and licences without an id, as other', () => {
    const inputs = [
      { ...anAgreementEvent(), source: 'com.example' },
      anAgreementEvent({ detailType: 'Purchase Agreement Created - Proposer' }),
      anAgreementEvent({ licenseArn: undefined }),
      anAgreementEvent({ detailType: 'Purchase Agreement Ended - Proposer', agreementId: undefined }),
    ];
    for (const input of inputs) {
      const event = toAgreementEvent(input);
      expect(event.kind).toBe('other');
      expect(JSON.parse(event.kept.detail)).toEqual(input.detail);
    }
  });

  it.each(['Manufacturer', 'Proposer'])("takes an agreement's end for the end, in the form for the %s", (role) => {
    for (const status of ['CANCELLED', 'EXPIRED', 'TERMINATED', undefined]) {
      const detailType = `Purchase Agreement Ended - ${role}`;
      const input = anAgreementEvent({ detailType, status, licenseArn: undefined, productCode: undefined });
      expect(toAgreementEvent(input)).toMatchObject({
        kind: 'agreement',
        agreementId: 'agmt-1',
        event: { kind: 'agreementEnded', agreementId: 'agmt-1', time: '2026-11-02T10:00:00.000Z' },
      });
    }
  });

  it.each(['RENEWED', 'REPLACED', 'SUPERSEDED'])(
    'does not end a subscription by an agreement that was %s',
    (status) => {
      const input = anAgreementEvent({ detailType: 'Purchase Agreement Ended - Proposer', status });
      expect(toAgreementEvent(input)).toMatchObject({ kind: 'agreement', event: { kind: 'entitlementsChanged' } });
    },
  );

  it('reads an amendment as changed entitlements', () => {
    const input = anAgreementEvent({ detailType: 'Purchase Agreement Amended - Manufacturer' });
    expect(toAgreementEvent(input)).toMatchObject({ kind: 'agreement', event: { kind: 'entitlementsChanged' } });
  });

  it('links a new agreement to the one that it renews', () => {
    const event = anAgreementEvent({ detailType: 'Purchase Agreement Created - Proposer' });
    const agreement = { id: 'agmt-2', intent: 'RENEW', status: 'ACTIVE', previousAgreementId: 'agmt-1' };
    expect(toAgreementEvent({ ...event, detail: { agreement } })).toMatchObject({
      kind: 'agreement',
      agreementId: 'agmt-2',
      announcement: { kind: 'RenewalAnnounced', announced: 'renewed' },
      event: {
        kind: 'agreementRenewed',
        agreementId: 'agmt-2',
        previousAgreementId: 'agmt-1',
        time: '2026-11-02T10:00:00.000Z',
      },
    });
  });

  it('follows no event whose detail was kept in part', () => {
    const event = anAgreementEvent({ detailType: 'Purchase Agreement Ended - Proposer' });
    const detail = { agreement: { id: 'agmt-1', status: 'CANCELLED' }, filler: 'x'.repeat(100_000) };
    const { kept } = toAgreementEvent({ ...event, detail });
    expect(ofKeptEvent(kept)).toEqual({ kind: 'other', kept });
  });

  it('reads a waiting event again with the same result', () => {
    const event = toAgreementEvent(
      anAgreementEvent({ detailType: 'Purchase Agreement Ended - Proposer', status: 'CANCELLED' }),
    );
    expect(ofKeptEvent(event.kept)).toEqual(event);
  });

  it('reads a licence event with an invalid account or agreement', () => {
    for (const odd of ['x'.repeat(3000), 'a\ud800', 'MARKER<>', 'AWS:111122223333', '111122223333/role']) {
      const event = toAgreementEvent(anAgreementEvent({ accountId: odd, agreementId: 'x'.repeat(3000) }));
      expect(event).toMatchObject({
        kind: 'license',
        event: { customerAWSAccountId: undefined, agreementId: undefined },
      });
      expect(event.kept.agreementId).toBeUndefined();
    }
  });

  it('keeps only part of a detail that is too long or nested too deeply', () => {
    const long = toAgreementEvent({ ...anAgreementEvent(), detail: { filler: '€'.repeat(300_000) } });
    expect(Buffer.byteLength(long.kept.detail)).toBeLessThan(380_000);
    const deep = JSON.parse(`{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`);
    expect(toAgreementEvent({ ...anAgreementEvent(), detail: deep }).kept.detail).toContain('nested too deeply');
  });

  it('reads an event without a detail', () => {
    expect(toAgreementEvent({ ...anAgreementEvent(), detail: undefined })).toMatchObject({ kind: 'other' });
  });

  it.each([
    undefined,
    'text',
    {},
    { ...anAgreementEvent(), time: 'yesterday' },
    { ...anAgreementEvent(), time: '9999-12-31T23:59:59-23:59' },
    { ...anAgreementEvent(), id: '' },
    { ...anAgreementEvent(), id: 'x'.repeat(2000) },
    { ...anAgreementEvent(), 'detail-type': `License ${'x'.repeat(2000)}` },
  ])('fails for input that is not an EventBridge event', (input) => {
    expect(() => toAgreementEvent(input)).toThrow();
  });
});
