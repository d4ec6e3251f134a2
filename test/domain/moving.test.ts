import { describe, expect, it } from 'vitest';
import { hourOf, type Hour } from '../../lambdas/shared/domain/hour';
import { customerOf, firstLicenseHour, identityModeOf, moveToLicense } from '../../lambdas/shared/domain/moving';
import { aLegacyCustomer, aLicense } from '../builders/a-legacy-customer';

const NOW_MS = Date.parse('2026-03-10T12:59:59Z');
const at = (time: string): Hour => hourOf(Date.parse(`${time}:00:00Z`));
const SWITCH = at('2026-03-10T14');

describe('A move', () => {
  it('starts a move with the second full hour from now', () => {
    expect(firstLicenseHour(NOW_MS)).toBe(SWITCH);
    expect(firstLicenseHour(NOW_MS + 1000)).toBe('2026-03-10T15');
    expect(firstLicenseHour(Date.parse('2026-12-31T22:30:00Z'))).toBe('2027-01-01T00');
  });

  it('adds the licence to a moved subscription', () => {
    const customer = aLegacyCustomer();
    const license = aLicense();
    expect(moveToLicense(customer, license, NOW_MS)).toEqual({
      outcome: 'moved',
      subscription: { ...customer, ...license, licenseFrom: SWITCH },
    });
  });

  it('moves a customer once: the same licence changes nothing, and another is refused', () => {
    const license = aLicense();
    const moved = aLegacyCustomer({ ...license, licenseFrom: SWITCH });
    const later = NOW_MS + 40 * 3_600_000;
    expect(moveToLicense(moved, license, later)).toEqual({ outcome: 'alreadyMoved', licenseFrom: SWITCH });
    const other = { ...aLicense(), customerAWSAccountId: license.customerAWSAccountId };
    expect(moveToLicense(moved, other, later)).toEqual({ outcome: 'refused', reason: 'movedToAnotherLicense' });
  });

  it.each([
    ['notLegacy', { customerIdentifier: undefined }],
    ['boundToAnotherAccount', { customerAWSAccountId: '999988887777' }],
    ['ending', { state: 'ending' as const }],
    ['ending', { state: 'ended' as const }],
  ])('refuses a move: %s (%j)', (reason, overrides) => {
    expect(moveToLicense(aLegacyCustomer(overrides), aLicense(), NOW_MS)).toEqual({ outcome: 'refused', reason });
  });
});

describe('The customer of an hour', () => {
  const license = aLicense();
  const customer = aLegacyCustomer({ customerIdentifier: 'c-1' });
  const moved = { ...customer, ...license, licenseFrom: SWITCH };

  it('meters by identifier before the move and by licence from it on, never by both', () => {
    expect(customerOf(moved, at('2026-03-10T13'))).toEqual({ mode: 'legacy', customerIdentifier: 'c-1' });
    const { customerAWSAccountId, licenseArn } = license;
    expect(customerOf(moved, SWITCH)).toEqual({ mode: 'license', customerAWSAccountId, licenseArn });
  });

  it('meters nothing while an id of the customer is not known', () => {
    expect(customerOf({ ...moved, customerIdentifier: undefined }, at('2026-03-10T13'))).toBeUndefined();
    expect(customerOf({ ...moved, customerAWSAccountId: undefined }, SWITCH)).toBeUndefined();
    expect(customerOf({ ...moved, licenseArn: undefined }, SWITCH)).toBeUndefined();
  });

  it('meters a customer who has not moved by identifier', () => {
    for (const hour of [at('2020-01-01T00'), at('2099-01-01T00')]) {
      expect(identityModeOf(customer, hour)).toBe('legacy');
      expect(identityModeOf({}, hour)).toBe('license');
    }
  });
});
