import { describe, expect, it } from 'vitest';
import { failurePage } from '../../lambdas/register-subscription/pages';
import { sellerSite } from '../../lambdas/shared/runtime/seller-site';
import { givenAgreement } from './an-agreement-path';

const SITE = sellerSite({ email: 'support@example.com' });

/** AWS does not name the licence in the next answers. */
function withoutLicense(answers: number, options: Parameters<typeof givenAgreement>[0] = {}) {
  const given = givenAgreement(options);
  given.marketplace.plantFault({ kind: 'noLicenseArn', operation: 'ResolveCustomer', next: answers });
  return given;
}

/** What the page's form posts. */
function formIn(body = '') {
  const fields = [...body.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
    ([, ...field]) => field,
  );
  return { action: /<form method="post" action="([^"]+)"/.exec(body)?.[1], fields };
}

describe('the registration of a licence that AWS does not name yet', () => {
  it('asks AWS again after a moment', async () => {
    const { register, tables, sleeps } = withoutLicense(2);
    expect((await register()).statusCode).toBe(303);
    expect([tables.subscriptions.length, sleeps]).toEqual([1, [2000, 2000]]);
  });

  it('tells the buyer that it is being activated, and tries again when the button posts the same form', async () => {
    const { register, tables, counters, sleeps, token } = withoutLicense(3);
    const { statusCode, headers, body } = await register();
    expect([statusCode, headers?.['retry-after'], sleeps]).toEqual([503, '60', [2000, 2000]]);
    for (const words of ['Your subscription is being activated', 'Wait a minute', 'Set up your account'])
      expect(body).toContain(words);
    expect(formIn(body)).toEqual({ action: '/register', fields: [['x-amzn-marketplace-token', token()]] });
    expect(headers?.['content-security-policy']).toContain("form-action 'self'");
    expect(counters.counts).toMatchObject({ RegistrationsPutOff: 1, RegistrationsWithoutIdentity: 0 });
    expect(tables.subscriptions).toEqual([]);
    expect((await register({ again: true })).statusCode).toBe(303);
  });

  it('escapes a token that is markup, and repeats the offer of a free trial', () => {
    const token = '"><script>alert(1)</script>';
    const { body, headers } = failurePage('throttled', { token, freeTrial: true }, SITE);
    expect(body).not.toContain('<script>');
    expect(formIn(body).fields).toEqual([
      ['x-amzn-marketplace-token', '&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;'],
      ['x-amzn-marketplace-offer-type', 'free-trial'],
    ]);
    expect(headers).not.toHaveProperty('set-cookie');
  });

  it.each(['expiredToken', 'misconfigured', 'boundToAnotherAccount'] as const)(
    'offers no button, and does not repeat the token, when %s cannot be tried again',
    (failure) => {
      const { body } = failurePage(failure, { token: 'TOKEN', freeTrial: false }, SITE);
      expect(body).not.toMatch(/TOKEN|<form/);
    },
  );

  it('does not blame the buyer for a token that AWS resolves only once', async () => {
    const { register, counters } = withoutLicense(1, { singleUse: true });
    const { statusCode, body } = await register();
    expect(statusCode).toBe(503);
    expect(body).toContain('being activated');
    expect(counters.counts.RegistrationsPutOff).toBe(1);
  });
});
