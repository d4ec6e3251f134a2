import { expect, it } from 'vitest';
import { aScene, answered, outcomeOf, type SceneOptions } from '../a-marketplace';

function aTokenScene(options?: SceneOptions) {
  const scene = aScene(options);
  const { token } = scene.marketplace.issueToken(scene.agreement.agreementId);
  return {
    ...scene,
    token,
    resolved: () => answered(scene.marketplace, 'ResolveCustomer', { RegistrationToken: token }),
    outcome: () => outcomeOf(scene.marketplace, 'ResolveCustomer', { RegistrationToken: token }),
  };
}

it('resolves a customer of a license product to an account id and a license, without a customer identifier', () => {
  const { resolved, agreement, buyer } = aTokenScene();

  expect(resolved()).toEqual({
    ProductCode: 'analytics',
    CustomerAWSAccountId: buyer.accountId,
    LicenseArn: agreement.licenseArn,
    Metadata: { AgreementId: agreement.agreementId },
  });
});

it('resolves a customer without a license on request, as for a brand-new one, and then with it', () => {
  const { resolved, marketplace, agreement } = aTokenScene();
  marketplace.plantFault({ kind: 'noLicenseArn', next: 1 });

  expect(resolved()).not.toHaveProperty('LicenseArn');
  expect(resolved()).toMatchObject({ LicenseArn: agreement.licenseArn });
});

it('resolves a customer of a legacy product with a customer identifier', () => {
  const { resolved, buyer } = aTokenScene({ product: { identityMode: 'legacy' } });

  expect(resolved()).toMatchObject({ CustomerIdentifier: buyer.customerIdentifier });
});

it('resolves a token repeatedly until it expires', () => {
  const { outcome, clock } = aTokenScene();

  expect([outcome(), outcome()]).toEqual(['answered', 'answered']);
  clock.advance(30 * 60_000 - 1);
  expect(outcome()).toBe('answered');
  clock.advance(1);
  expect(outcome()).toBe('ExpiredTokenException');
});

it('keeps tokens valid for the configured lifetime', () => {
  const { outcome, clock } = aTokenScene({ options: { tokenLifetimeMs: 4 * 3_600_000 } });
  clock.advance(4 * 3_600_000 - 1);

  expect(outcome()).toBe('answered');
});

it('resolves a single-use token once', () => {
  const { outcome } = aTokenScene({ options: { tokenUse: 'singleUse' } });

  expect([outcome(), outcome()]).toEqual(['answered', 'ExpiredTokenException']);
});

it.each([
  ['a token that was never issued', 'nonsense', 'InvalidTokenException'],
  ['an empty token', '', 'InvalidTokenException'],
  ['no token', undefined, 'InvalidTokenException'],
  ['a number', 5, 'SerializationException'],
])('refuses ResolveCustomer with %s', (_, RegistrationToken, type) => {
  expect(outcomeOf(aScene().marketplace, 'ResolveCustomer', { RegistrationToken })).toBe(type);
});

it('issues tokens that must be encoded in a form', () => {
  expect(aTokenScene().token).toMatch(/\+.*\/.*=/);
});
