import { describe, expect, it } from 'vitest';
import { failurePage, startPage, type RegistrationFailure } from '../../lambdas/register-subscription/pages';
import { filled, PAGE_TEXT_NAMES, PAGE_TEXTS, type PageText } from '../../lambdas/shared/contract/page-texts';
import { HttpError } from '../../lambdas/shared/runtime/http-message';
import { errorPage } from '../../lambdas/shared/runtime/http-page';
import { sellerSite } from '../../lambdas/shared/runtime/seller-site';
import { foreignOriginPage, noSessionPage, accountPage } from '../../lambdas/complete-registration/pages';
import { formPage } from '../../lambdas/complete-registration/form-page';
import {
  askedFields,
  MAX_LENGTH,
  type FormErrors,
  type FormField,
} from '../../lambdas/complete-registration/contact-form';
import type { Purchase } from '../../lambdas/complete-registration/purchase';
import { aSellerConfiguration, CONTRACT } from '../../proofs/stand-ins/a-seller';
import { aSubscription } from '../builders/a-subscription';

const NOW = '2026-11-02T12:00:00.000Z';
const url = 'https://example.com/';
const contact = { email: 'ada@example.com', name: 'Ada', company: 'Engines', phone: '12345', completedAt: NOW };

/** Every text is its name, in brackets that no page has, and has every placeholder that it may have. */
const MARKED = Object.fromEntries(
  PAGE_TEXT_NAMES.map((name) => [name, `⟦${name}⟧ ${(PAGE_TEXTS[name].match(/\{\w+\}/g) ?? []).join(' ')}`]),
);

const { page, support, products } = aSellerConfiguration({
  products: [CONTRACT],
  support: { email: 'a@example.com', url },
  page: {
    termsUrl: url,
    privacyUrl: url,
    nextUrl: url,
    contactFields: { name: 'optional', company: 'required', phone: 'required' },
    texts: MARKED,
  },
});
const site = sellerSite(support, { page });
const asked = askedFields(page.contactFields);

function purchase(state: 'pending' | 'active' | 'ending' | 'ended', known: boolean): Purchase {
  const facts = { productCode: 'contract', agreementId: 'agmt-1', freeTrial: true, freeTrialSince: NOW };
  const granted = [true, false].map((each) => ({
    dimension: 'requests',
    value: { kind: 'boolean' as const, granted: each },
    expiresAt: NOW,
  }));
  const details = { agreementId: 'agmt-1', checkedAt: NOW, endsAt: NOW, freeTrialEndsAt: NOW, autoRenewal: true };
  const subscription = aSubscription({ ...facts, state });
  const { subscriptionId } = subscription;
  return {
    subscription,
    product: products[0],
    entitlements: known ? { subscriptionId, checkedAt: NOW, entitlements: granted } : undefined,
    details: known && state === 'active' ? { subscriptionId, ...details } : undefined,
    nowMs: Date.parse(NOW) - 1,
  };
}

const FIELDS: FormField[] = ['email', 'name', 'company', 'phone'];
const FAILURES: RegistrationFailure[] = [
  ...(['missingToken', 'expiredToken', 'invalidToken', 'throttled', 'unavailable', 'beingActivated'] as const),
  ...(['misconfigured', 'unknownProduct', 'identityMissing', 'boundToAnotherAccount'] as const),
];
const REASONS = ['bodyTooLarge', 'unsupportedMediaType', 'notThroughFrontDoor', 'internalError'];

/** Every page, in every state that changes its texts. */
const pages = [
  startPage(site, 'GET'),
  noSessionPage(site),
  foreignOriginPage(site),
  ...FAILURES.map((failure) => failurePage(failure, { token: 't', freeTrial: false }, site)),
  ...REASONS.map((reason) => errorPage(site)(new HttpError({ statusCode: 400, reason, sentence: '' }))),
  ...(['Missing', 'Invalid', 'TooLong'] as const).map((problem) => {
    const errors: FormErrors = Object.fromEntries(
      FIELDS.map((field): [FormField, PageText] => [field, `${field}${problem}`]),
    );
    return formPage(site, { purchase: purchase('ending', false), asked, values: {}, errors, completedAt: undefined });
  }),
  formPage(site, { purchase: purchase('ended', true), asked, values: {}, errors: {}, completedAt: NOW }),
  formPage(site, { purchase: purchase('ended', true), asked, values: {}, errors: {}, completedAt: undefined }),
  ...(['done', 'saved', undefined] as const).flatMap((occasion) =>
    (['pending', 'active'] as const).map((state) =>
      accountPage(site, { purchase: purchase(state, true), contact, asked, nextUrl: url, occasion }),
    ),
  ),
].map(({ body = '' }) => body);

describe("a text of the buyer's pages", () => {
  it.each(PAGE_TEXT_NAMES)('can be replaced: %s', (name) => {
    expect(pages.some((body) => body.includes(`⟦${name}⟧`))).toBe(true);
  });

  it('has every value that it names', () => {
    for (const body of pages) expect(body).not.toMatch(/\{\w+\}/);
  });

  it('is everything that a page says besides values', () => {
    const values =
      /Example &amp; Sons|requests|s-[0-9a-f]+|ada@example\.com|a@example\.com|https:\/\/example\.com\/|Ada|Engines/g;
    for (const body of pages) {
      const [, shown = ''] = /<body>([^]*)<\/body>/.exec(body) ?? [];
      const text = shown
        .replaceAll(/<[^>]*>/g, ' ')
        .replaceAll(/⟦\w+⟧/g, ' ')
        .replaceAll(values, ' ');
      const words = text.replaceAll(/November \d, 2026 at \d\d:\d\d UTC|\d+/g, ' ');
      expect(words).not.toMatch(/[a-z]/i);
    }
  });

  it('is filled in one pass: a value is never read as a text', () => {
    expect(filled('{a} {b} {c}', { a: '{b}', b: '$&' })).toBe('{b} $& {c}');
  });

  it('names the largest length that a field may have', () => {
    const errors: FormErrors = { email: 'emailTooLong' };
    const plain = sellerSite(support);
    const { body } = formPage(plain, {
      purchase: purchase('active', false),
      asked,
      values: {},
      errors,
      completedAt: NOW,
    });
    expect(body).toContain(`Enter an e-mail address of at most ${MAX_LENGTH.email} characters`);
  });
});
