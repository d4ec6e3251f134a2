import { describe, expect, it } from 'vitest';
import type { SellerConfiguration } from '../../lambdas/shared/contract/written-configuration';
import type { Brand } from '../../lambdas/shared/contract/seller-pages';
import { HttpError } from '../../lambdas/shared/runtime/http-message';
import { errorPage, messagePage } from '../../lambdas/shared/runtime/http-page';
import { sellerSite } from '../../lambdas/shared/runtime/seller-site';
import { aSellerConfiguration } from '../../proofs/stand-ins/a-seller';

const page = { statusCode: 400, title: 'A <title>', sentences: ['One & two.'] };
const LOGO = 'data:image/png;base64,iVBORw0KGgo=';

function aSite(overrides: Partial<SellerConfiguration> = {}, brand: Brand = {}) {
  const { support, page } = aSellerConfiguration(overrides);
  return sellerSite(support, { page, ...brand });
}

function aPage(overrides: Partial<SellerConfiguration> = {}, brand: Brand = {}) {
  const { body = '', headers } = messagePage(aSite(overrides, brand), page);
  return { body, policy: headers?.['content-security-policy'] ?? '' };
}

describe('A page', () => {
  it("shows a page's sentences escaped, and the support contact as address, link or both", () => {
    const [byMail, byWeb, byBoth] = [
      { email: 'help@example.com' },
      { url: 'https://example.com/help?a=1&b=2' },
      { email: 'help@example.com', url: 'https://example.com/help' },
    ].map((support) => aPage({ support }).body);
    expect(byMail).toContain('<a href="mailto:help@example.com">help@example.com</a>');
    expect(byWeb).toContain('<a href="https://example.com/help?a=1&amp;b=2">');
    expect(byBoth).toMatch(/mailto:help@example\.com[^]* or [^]*https:\/\/example\.com\/help/);
    expect(byMail).toContain('One &amp; two.');
    expect(byMail).not.toContain('A <title>');
  });

  it('sends a page with its status, its type and further headers', () => {
    const headers = { 'retry-after': '60' };
    expect(messagePage(aSite(), { ...page, headers })).toMatchObject({
      statusCode: 400,
      headers: { 'content-type': 'text/html; charset=utf-8', 'retry-after': '60' },
    });
  });

  it("names the seller in a page's header, escaped", () => {
    expect(aPage({ page: { seller: 'A & <B>' } }).body).toMatch(/<header class="brand">\s*A &amp; &lt;B&gt;/);
    expect(aPage().body).not.toContain('<header');
  });

  it('shows the logo with the name of the seller, and allows images only then', () => {
    const { body, policy } = aPage({ page: { seller: '"Sons"', logo: 'l.png' } }, { logo: LOGO });
    expect(body).toContain(`<img src="${LOGO}" alt="&quot;Sons&quot;" />`);
    expect(policy).toContain('; img-src data:;');
    expect(aPage({ page: { seller: 'Sons' } }).policy).not.toContain('img-src');
  });

  it('has the accent of each colour scheme in the style that its policy allows', async () => {
    const { body, policy } = aPage({}, { accent: { light: '#123456', dark: '#abcdef' } });
    const style = /<style>([^]*)<\/style>/.exec(body)?.[1] ?? '';
    expect(style).toMatch(
      /:root \{ --accent: #123456; \}\s@media \(prefers-color-scheme: dark\) \{ :root \{ --accent: #abcdef/,
    );
    const { createHash } = await import('node:crypto');
    expect(policy).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`);
  });

  it('links terms and privacy, each only if the seller has it', () => {
    const termsUrl = 'https://example.com/terms';
    const privacyUrl = 'https://example.com/privacy?a=1&b=2';
    const { body } = aPage({ page: { termsUrl, privacyUrl } });
    expect(body).toContain(`<a href="${termsUrl}">Terms</a>`);
    expect(body).toContain('<a href="https://example.com/privacy?a=1&amp;b=2">Privacy</a>');
    expect(aPage({ page: { termsUrl } }).body).not.toContain('Privacy');
    expect(aPage().body).not.toMatch(/Terms|Privacy/);
  });

  it("says a page's texts in the seller's words and language, escaped", () => {
    const texts = { supportIntro: 'Fragen? <b>', errorHeading: 'Das ging nicht', internalError: 'Unser Fehler.' };
    const site = aSite({ page: { language: 'de', texts } });
    const { body } = errorPage(site)(new HttpError({ statusCode: 500, reason: 'internalError', sentence: 'Ours.' }));
    expect(body).toContain('<html lang="de">');
    for (const words of ['Fragen? &lt;b&gt;', 'Das ging nicht', 'Unser Fehler.']) expect(body).toContain(words);
    expect(body).not.toContain('Ours.');
    expect(site.date('2026-07-03T14:00:00Z')).toBe('3. Juli 2026 um 14:00 UTC');
  });

  it('says an error whose reason has no text in its own words', () => {
    const error = new HttpError({ statusCode: 400, reason: 'toString', sentence: 'Its own words.' });
    expect(errorPage(aSite())(error).body).toContain('Its own words.');
  });
});
