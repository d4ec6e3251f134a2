import { describe, expect, it } from '@jest/globals';
import { givenAgreement } from './an-agreement-path';

/** AWS does not name the licence in the next answers. */
function withoutLicense(answers: number, options: Parameters<typeof givenAgreement>[0] = {}) {
  const given = givenAgreement(options);
  given.marketplace.plantFault({ kind: 'noLicenseArn', operation: 'ResolveCustomer', next: answers });
  return given;
}

describe('the registration of a licence that AWS does not name yet', () => {
  it('asks AWS again after a moment', async () => {
    const { register, tables, sleeps } = withoutLicense(2);
    expect((await register()).statusCode).toBe(303);
    expect([tables.subscriptions.length, sleeps]).toEqual([1, [2000, 2000]]);
  });

  it('tells the buyer that it is being activated and to try again, and does so when the page is loaded again', async () => {
    const { register, tables, counters, sleeps } = withoutLicense(3);
    const { statusCode, headers, body } = await register();
    expect([statusCode, headers?.['retry-after'], sleeps]).toEqual([503, '60', [2000, 2000]]);
    for (const words of ['Your subscription is being activated', 'reload this page', 'Set up your account'])
      expect(body).toContain(words);
    expect(counters.counts).toMatchObject({ RegistrationsPutOff: 1, RegistrationsWithoutIdentity: 0 });
    expect(tables.subscriptions).toEqual([]);
    expect((await register()).statusCode).toBe(303);
  });

  it('does not blame the buyer for a token that AWS resolves only once', async () => {
    const { register, counters } = withoutLicense(1, { singleUse: true });
    const { statusCode, body } = await register();
    expect(statusCode).toBe(503);
    expect(body).toContain('being activated');
    expect(counters.counts.RegistrationsPutOff).toBe(1);
  });
});
