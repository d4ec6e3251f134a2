import { DECIMALS, type Decimals } from '../rules/context';
import type { DeliverySettings } from '../rules/delivery';
import { LICENSE_ARN_SHAPES, type LicenseArnShape } from '../rules/license-arn';
import type { Agreement, Buyer, Product } from '../rules/state';
import { escape, page } from './page';

interface Shop {
  products: Product[];
  buyers: Buyer[];
  agreements: Agreement[];
  delivery: DeliverySettings & { held: number };
  decimals: Decimals;
}

const CONTRACT_FIELD = `<label for="units">Units of each dimension</label>
<input id="units" name="units" type="text" inputmode="numeric" pattern="[0-9]+" value="100" aria-describedby="units-hint">
<small id="units-hint">Applies to contract products. The contract lasts one year.</small>`;

const AUTO_RENEW_FIELD = `<label class="check"><input type="checkbox" name="autoRenew" value="yes"> Renew the contract when it ends</label>`;

const SHAPES: Record<LicenseArnShape, string> = {
  hex: '…:license:l-<32 hexadecimal digits>',
  uuid: '…:license:l-<UUID>',
  lic: '…:license:lic-<32 hexadecimal digits>',
  slash: '…:license/lic-<32 hexadecimal digits>',
};

const LICENSE_ARN_FIELD = `<label for="arn">License ARN</label>
<select id="arn" name="licenseArnShape">${LICENSE_ARN_SHAPES.map((shape) => `<option value="${shape}">${escape(SHAPES[shape])}</option>`).join('\n')}</select>`;

const FAILS_FIELD = `<label class="check"><input type="checkbox" name="fails" value="yes"> Make the subscription fail (legacy products: <code>subscribe-fail</code>)</label>`;

/** Stands in for AWS Marketplace's website: the buyer chooses a product and subscribes. */
export function shopPage({ products, buyers, agreements, delivery, decimals }: Shop): string {
  const productName = new Map(products.map(({ productCode, name }) => [productCode, name]));
  const options = products.map(
    ({ productCode, name }) =>
      `<option value="${escape(productCode)}">${escape(name)} (${escape(productCode)})</option>`,
  );
  const sellsContracts = products.some(({ pricingModel }) => pricingModel !== 'subscription');
  const sellsOlder = products.some(({ identityMode }) => identityMode === 'legacy');
  const known = buyers.map(({ accountId, name }) => `<option value="${accountId}">${escape(name)}</option>`);
  const bought = agreements.toReversed().map(
    ({ agreementId, productCode, accountId, status }) =>
      `<li><a href="/buyer/agreements/${agreementId}">${escape(productName.get(productCode) ?? productCode)}</a>,
      account ${accountId}, ${status.toLowerCase()}</li>`,
  );
  return page(
    'Act as the buyer',
    `<section aria-labelledby="buy">
<h2 id="buy">Subscribe to a product</h2>
<form method="post" action="/buyer/subscribe">
<label for="product">Product</label>
<select id="product" name="productCode" required>${options.join('\n')}</select>
<label for="account">Buyer's AWS account</label>
<input id="account" name="accountId" type="text" inputmode="numeric" pattern="[0-9]{12}" list="buyers" autocomplete="off" aria-describedby="account-hint">
<datalist id="buyers">${known.join('')}</datalist>
<small id="account-hint">Twelve digits. Leave empty for a new buyer.</small>
${sellsContracts ? CONTRACT_FIELD : ''}
<label for="starts">Private offer starts in (days)</label>
<input id="starts" name="startsInDays" type="number" min="0" step="1" aria-describedby="starts-hint">
<small id="starts-hint">Leave empty for the public offer, which starts immediately.</small>
${LICENSE_ARN_FIELD}
${sellsContracts ? AUTO_RENEW_FIELD : ''}
<label class="check"><input type="checkbox" name="freeTrial" value="yes"> Free trial</label>
${sellsOlder ? FAILS_FIELD : ''}
<button>Subscribe</button>
</form>
</section>
<section aria-labelledby="bought">
<h2 id="bought">Subscriptions</h2>
${bought.length === 0 ? '<p>None yet.</p>' : `<ul>${bought.join('\n')}</ul>`}
</section>
${deliverySection(delivery)}
${decimalsSection(decimals)}`,
  );
}

const percent = (share: number) => String(Math.round(share * 100));

function deliverySection({ duplicate, reorder, held }: Shop['delivery']): string {
  const release = `<form method="post" action="/buyer/delivery/release"><button class="quiet">Deliver held events</button></form>`;
  return `<section aria-labelledby="delivery">
<h2 id="delivery">Event delivery</h2>
<form method="post" action="/buyer/delivery">
<div class="row">
<label>Duplicate events (%)
<input name="duplicate" type="number" min="0" max="100" value="${percent(duplicate)}" required></label>
<label>Reordered events (%)
<input name="reorder" type="number" min="0" max="100" value="${percent(reorder)}" required></label>
<label>Delay the next event (seconds)
<input name="delayNextSeconds" type="number" min="0" value="0" required></label>
</div>
<button>Apply</button>
</form>
<p role="status">Held events: ${held}</p>
${held === 0 ? '' : release}
</section>`;
}

const DECIMALS_TEXT: Record<Decimals, string> = {
  known: 'AWS bills them',
  unknown: 'AWS ignores them and bills 0',
  refused: 'AWS refuses the call',
};

function decimalsSection(current: Decimals): string {
  const options = DECIMALS.map(
    (name) => `<option value="${name}"${name === current ? ' selected' : ''}>${DECIMALS_TEXT[name]}</option>`,
  );
  return `<section aria-labelledby="decimals">
<h2 id="decimals">Decimal quantities</h2>
<form method="post" action="/buyer/decimals">
<label for="decimals-choice">When usage is reported in <code>QuantityAsDecimal</code></label>
<select id="decimals-choice" name="decimals">${options.join('\n')}</select>
<button>Apply</button>
</form>
</section>`;
}
