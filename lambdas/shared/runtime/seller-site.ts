import { html, type Html } from '../../../web/html';
import { BASE_STYLE, inlineStyle, type InlineStyle } from '../../../web/style';
import type { ContactFields, PageConfiguration } from '../contract/page-configuration';
import { filled, PAGE_TEXTS, type PageText } from '../contract/page-texts';
import type { ParsedConfiguration } from '../contract/seller-configuration';
import { sellerPagesSchema, type SellerPages } from '../contract/seller-pages';

/** One of the seller's texts, with its placeholders filled. */
type Say = (name: PageText, values?: Readonly<Record<string, string>>) => string;

/** What all pages of a seller have in common. */
export interface SellerSite {
  say: Say;
  language: string;
  /** The time of day and the zone included. @param iso - ISO 8601 */
  date(iso: string): string;
  style: InlineStyle;
  securityPolicy: string;
  contactFields: ContactFields;
  /** Where buyers go after the registration, unless their product says otherwise. */
  nextUrl: string | undefined;
  header: Html | undefined;
  footer: Html;
}

/** The seller's parts of a page, beside the kit that everything has that a browser shows. */
const SITE_STYLE = `
body > header, body > footer { max-width: 34rem; margin: 0 auto; padding: clamp(1rem, 5vw, 2rem) 1rem 0; }
body > footer { padding: 0 1.25rem 2rem; }
main { padding: 1rem; }
.brand { font-size: 1.1rem; font-weight: 600; }
.brand img { display: block; max-width: min(14rem, 100%); max-height: 4rem; }
.next { display: block; text-align: center; text-decoration: none; font-weight: 600; padding: .7rem 1rem;
  margin-bottom: 1rem; border-radius: .5rem; background: var(--accent); color: var(--on-accent); }
.optional { color: var(--muted); font-weight: 400; }
.card > h2 { margin-top: 1.5rem; }
dd ul { list-style: none; margin: 0; padding: 0; }
.back { margin-top: 1rem; }
@media (max-width: 28rem) { dl { grid-template-columns: 1fr; row-gap: 0; } dd + dt { margin-top: .5rem; } }
footer p { margin: 0 0 .25rem; }
footer a + a { margin-left: 1rem; }
@media (prefers-color-scheme: dark) { .brand img { background: #fff; padding: .5rem; border-radius: .5rem; } }
`;

/** The pages' look and words, computed once for a function. */
export function sellerSite(
  support: Support,
  { page, logo, accent }: SellerPages = sellerPagesSchema.parse({}),
): SellerSite {
  const say: Say = (name, values = {}) => filled(page.texts[name] ?? PAGE_TEXTS[name], values);
  const dates = new Intl.DateTimeFormat(page.language, DATE_PARTS);
  const style = inlineStyle(`${BASE_STYLE}${SITE_STYLE}${accent === undefined ? '' : accentStyle(accent)}`);
  return {
    say,
    language: page.language,
    date: (iso) => dates.format(new Date(iso)),
    style,
    contactFields: page.contactFields,
    nextUrl: page.nextUrl,
    securityPolicy: securityPolicy(style, logo !== undefined),
    header: headerOf(page.seller, logo),
    footer: footerOf(page, support, say),
  };
}

type Support = ParsedConfiguration['support'];

const DATE_PARTS: Intl.DateTimeFormatOptions = {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZone: 'UTC',
  timeZoneName: 'short',
};

function accentStyle({ light, dark }: NonNullable<SellerPages['accent']>): string {
  return `:root { --accent: ${light}; }
@media (prefers-color-scheme: dark) { :root { --accent: ${dark}; } }
`;
}

/** No scripts, no style except this one (by its hash), no framing, and forms that post to this site only. */
function securityPolicy(style: InlineStyle, hasLogo: boolean): string {
  return [
    "default-src 'none'",
    `style-src ${style.source}`,
    // An SVG in an `img` element runs no script and loads nothing.
    ...(hasLogo ? ['img-src data:'] : []),
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function headerOf(seller: string | undefined, logo: string | undefined): Html | undefined {
  if (seller === undefined) return undefined;
  return html`<header class="brand">
    ${logo === undefined ? seller : html`<img src="${logo}" alt="${seller}" />`}
  </header>`;
}

function footerOf({ termsUrl, privacyUrl }: PageConfiguration, { email, url }: Support, say: Say): Html {
  const byMail = email === undefined ? undefined : html`<a href="mailto:${email}">${email}</a>`;
  const byWeb = url === undefined ? undefined : html`<a href="${url}">${url}</a>`;
  const or = byMail === undefined || byWeb === undefined ? undefined : html` ${say('supportOr')} `;
  const terms = termsUrl === undefined ? undefined : html`<a href="${termsUrl}">${say('termsLink')}</a>`;
  const privacy = privacyUrl === undefined ? undefined : html`<a href="${privacyUrl}">${say('privacyLink')}</a>`;
  const links = terms === undefined && privacy === undefined ? undefined : html`<p>${terms} ${privacy}</p>`;
  return html`<footer>
    <p>${say('supportIntro')} ${byMail}${or}${byWeb}</p>
    ${links}
  </footer>`;
}
