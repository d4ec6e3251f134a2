import { describe, expect, it } from '@jest/globals';
import { newSubscription } from '../../lambdas/shared/domain/identity';
import { applyLicenseEvent, type LicenseEvent } from '../../lambdas/shared/domain/license-event';
import { aSubscription } from '../builders/a-subscription';

const at = (hour: number) => new Date(Date.UTC(2026, 10, 1, hour)).toISOString();
const event = (kind: LicenseEvent['kind'], hour: number, more: Partial<LicenseEvent> = {}): LicenseEvent => ({
  kind,
  licenseId: 'l-1',
  time: at(hour),
  ...more,
});
const updated = (hour: number, more?: Partial<LicenseEvent>) => event('licenseUpdated', hour, more);
const deprovisioned = (hour: number) => event('licenseDeprovisioned', hour);
const after = (...events: LicenseEvent[]) => events.reduce(applyLicenseEvent, newSubscription('s-1', 'p'));

describe('applyLicenseEvent', () => {
  it('activates at the time of the event', () => {
    expect(after(updated(1))).toMatchObject({ state: 'active', stateReason: 'licenseUpdated', activatedAt: at(1) });
  });

  it('begins the end at the time of the event', () => {
    expect(after(updated(1), deprovisioned(2))).toMatchObject({ state: 'ending', endingAt: at(2), activatedAt: at(1) });
  });

  it('activates again when the buyer comes back, also from ended', () => {
    expect(after(updated(1), deprovisioned(2), updated(3))).toMatchObject({ state: 'active', endingAt: undefined });
    const ended = { ...after(updated(1), deprovisioned(2)), state: 'ended' as const };
    expect(applyLicenseEvent(ended, updated(3))).toMatchObject({ state: 'active', endingAt: undefined });
  });

  it('does not let an older event undo a newer one', () => {
    expect(after(deprovisioned(2), updated(1))).toMatchObject({ state: 'ending', endingAt: at(2), activatedAt: at(1) });
    expect(after(updated(3), deprovisioned(2))).toMatchObject({ state: 'active', activatedAt: at(3) });
    const ended = { ...after(deprovisioned(2)), state: 'ended' as const };
    expect(applyLicenseEvent(ended, updated(1))).toMatchObject({ state: 'ended', endingAt: at(2) });
  });

  it('keeps the earliest activation, whichever update comes first', () => {
    expect(after(updated(3), updated(1))).toMatchObject({ activatedAt: at(1), licenseUpdatedAt: at(3) });
  });

  it('counts the end from the first of several ending events', () => {
    expect(after(updated(1), deprovisioned(3), deprovisioned(2))).toMatchObject({ endingAt: at(2) });
  });

  it('ends when both come with the same second', () => {
    expect(after(updated(1), deprovisioned(1)).state).toBe('ending');
    expect(after(deprovisioned(1), updated(1)).state).toBe('ending');
  });

  it('binds an account that nobody knew, and never another one', () => {
    expect(after(updated(1, { customerAWSAccountId: '111' })).customerAWSAccountId).toBe('111');
    const bound = aSubscription({ customerAWSAccountId: '111' });
    expect(applyLicenseEvent(bound, updated(1, { customerAWSAccountId: '222' })).customerAWSAccountId).toBe('111');
  });

  it('follows a renewal to its new agreement, and not back', () => {
    const [first, renewal] = [updated(1, { agreementId: 'agmt-1' }), updated(2, { agreementId: 'agmt-2' })];
    expect(after(first, renewal).agreementId).toBe('agmt-2');
    expect(after(renewal, first).agreementId).toBe('agmt-2');
  });

  it('keeps the ARN that ResolveCustomer returned', () => {
    const { licenseArn } = aSubscription();
    expect(applyLicenseEvent(aSubscription({ licenseArn }), updated(1)).licenseArn).toBe(licenseArn);
  });
});
