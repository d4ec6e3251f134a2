import { createHash } from 'node:crypto';
import type { Agreement, Buyer, Product } from '../rules/state';

const STYLE = `
:root { color-scheme: light dark; --ink: #16191f; --paper: #fff; --ground: #f2f3f3; --line: #879596; --accent: #0b5cad; }
@media (prefers-color-scheme: dark) { :root { --ink: #e9ebed; --paper: #1b232d; --ground: #0f1b2a; --line: #7d8998; --accent: #6cb4ff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
header { background: #16191f; color: #fff; padding: 0.75rem 1.5rem; }
header a { color: #fff; text-decoration: none; font-weight: 600; }
main { max-width: 46rem; margin: 1.5rem auto; padding: 0 1rem; }
section { background: var(--paper); border: 1px solid var(--line); border-radius: 0.5rem; padding: 1rem 1.5rem 1.5rem; margin-bottom: 1.5rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 0.5rem; }
label, legend { display: block; font-weight: 600; margin-top: 1rem; }
label.check { font-weight: 400; }
select, input[type="text"], textarea { width: 100%; font: inherit; padding: 0.5rem; border: 1px solid var(--line); border-radius: 0.25rem; background: var(--paper); color: inherit; }
textarea { font-family: ui-monospace, monospace; font-size: 0.8rem; }
button { font: inherit; font-weight: 600; margin-top: 1.25rem; padding: 0.5rem 1.25rem; border: 1px solid var(--accent); border-radius: 1.25rem; background: var(--accent); color: var(--paper); cursor: pointer; }
button.quiet { background: transparent; color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; } dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
small { display: block; } a { color: var(--accent); } li { margin-bottom: 0.5rem; overflow-wrap: anywhere; }
@media (max-width: 32rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: 0.5rem; } }
`;

/** No script at all and only our own style; the forms may post to the seller, wherever that is. */
export const CONTENT_SECURITY_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; frame-ancestors 'none'`;

const ESCAPES = new Map(Object.entries({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }));
const escape = (text: string) => text.replace(/[&<>"']/g, (character) => ESCAPES.get(character) ?? character);

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} · Marketplace simulator</title>
<style>${STYLE}</style>
</head>
<body>
<header><a href="/">Marketplace simulator</a></header>
<main>
<h1>${escape(title)}</h1>
${body}
</main>
</body>
</html>
`;
}

export interface Shop {
  products: Product[];
  buyers: Buyer[];
  agreements: Agreement[];
}

const CONTRACT_FIELD = `<label for="units">Units of each dimension, in a contract</label>
<input id="units" name="units" type="text" inputmode="numeric" pattern="[0-9]+" value="100" aria-describedby="units-hint">
<small id="units-hint">For products that are sold by contract, for one year.</small>`;

/** Where one plays the buyer: choose a product, subscribe. */
export function shopPage({ products, buyers, agreements }: Shop): string {
  const productName = new Map(products.map(({ productCode, name }) => [productCode, name]));
  const options = products.map(
    ({ productCode, name }) =>
      `<option value="${escape(productCode)}">${escape(name)} (${escape(productCode)})</option>`,
  );
  const sellsContracts = products.some(({ pricingModel }) => pricingModel !== 'subscription');
  const known = buyers.map(({ accountId, name }) => `<option value="${accountId}">${escape(name)}</option>`);
  const bought = agreements.toReversed().map(
    ({ agreementId, productCode, accountId, status }) =>
      `<li><a href="/buyer/agreements/${agreementId}">${escape(productName.get(productCode) ?? productCode)}</a>,
      account ${accountId}, ${status.toLowerCase()}</li>`,
  );
  return page(
    'Play the buyer',
    `<section aria-labelledby="buy">
<h2 id="buy">Subscribe to a product</h2>
<form method="post" action="/buyer/subscribe">
<label for="product">Product</label>
<select id="product" name="productCode" required>${options.join('\n')}</select>
<label for="account">AWS account of the buyer</label>
<input id="account" name="accountId" type="text" inputmode="numeric" pattern="[0-9]{12}" list="buyers" autocomplete="off" aria-describedby="account-hint">
<datalist id="buyers">${known.join('')}</datalist>
<small id="account-hint">Twelve digits. Leave it empty for a new buyer.</small>
${sellsContracts ? CONTRACT_FIELD : ''}
<label class="check"><input type="checkbox" name="freeTrial" value="yes"> Take the free trial</label>
<button>Subscribe</button>
</form>
</section>
<section aria-labelledby="bought">
<h2 id="bought">Subscriptions</h2>
${bought.length === 0 ? '<p>None yet.</p>' : `<ul>${bought.join('\n')}</ul>`}
</section>`,
  );
}

export interface Visit {
  agreement: Agreement;
  productName: string;
  registrationUrl?: string;
  /** Absent when the agreement is over. */
  issued?: { token: string; expiresAtMs: number };
}

/** What AWS shows a subscriber: the button that leads to the seller. */
export function agreementPage({ agreement, productName, registrationUrl, issued }: Visit): string {
  const { agreementId, accountId, licenseArn, status, freeTrial, entitlements, endsAtMs } = agreement;
  const units = entitlements.map(({ dimension, value }) => `${dimension}: ${Object.values(value).join()}`);
  const facts = Object.entries({
    'AWS account': accountId,
    Agreement: `${agreementId} (${status.toLowerCase()})`,
    License: licenseArn,
    Offer: freeTrial ? 'Free trial' : 'Public offer',
    ...(units.length > 0 && { Contract: units.join(', ') }),
    ...(endsAtMs !== undefined && { 'Runs until': new Date(endsAtMs).toISOString().slice(0, 10) }),
  }).map(([term, text]) => `<dt>${term}</dt><dd>${escape(text)}</dd>`);
  const cancel = `<form method="post" action="/buyer/agreements/${agreementId}/cancel"><button class="quiet">Cancel the subscription</button></form>`;
  return page(
    productName,
    `<section aria-label="Subscription"><dl>${facts.join('\n')}</dl>
${issued ? setUp(issued, { registrationUrl, freeTrial }) : '<p>This subscription is over.</p>'}
${status === 'ACTIVE' ? cancel : ''}
</section>
<p><a href="/">Back to all subscriptions</a></p>`,
  );
}

function setUp(
  { token, expiresAtMs }: NonNullable<Visit['issued']>,
  { registrationUrl, freeTrial }: { registrationUrl?: string; freeTrial: boolean },
): string {
  const until = `${new Date(expiresAtMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  if (registrationUrl === undefined) {
    return `<p>No registration URL is set, so there is nowhere to send the buyer. Start with
<code>--registration-url</code>, or post this token as <code>x-amzn-marketplace-token</code> yourself.</p>
<label for="token">Registration token (valid until ${until})</label>
<textarea id="token" rows="4" readonly>${escape(token)}</textarea>`;
  }
  return `<form method="post" action="${escape(registrationUrl)}">
<input type="hidden" name="x-amzn-marketplace-token" value="${escape(token)}">
${freeTrial ? '<input type="hidden" name="x-amzn-marketplace-offer-type" value="free-trial">' : ''}
<button>Set up your account</button>
<small>Posts a registration token, valid until ${until}, to ${escape(registrationUrl)}.</small>
</form>`;
}

export const problemPage = (message: string) =>
  page('That did not work', `<section><p>${escape(message)}</p><p><a href="/">Back</a></p></section>`);
