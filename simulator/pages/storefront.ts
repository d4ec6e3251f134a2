import { postForm, type Field } from '../../web/forms';
import { html } from '../../web/html';
import { card, table } from '../../web/parts';
import type { Marketplace } from '../marketplace';
import { LICENSE_ARN_SHAPES, type LicenseArnShape } from '../rules/license-arn';
import type { Product } from '../rules/state';
import { PARTS, type View } from './shell';
import { agreementLink, statusBadge, when, whole } from './words';

const SHAPES: Record<LicenseArnShape, string> = {
  hex: '…:license:l-<32 hexadecimal digits>',
  uuid: '…:license:l-<UUID>',
  lic: '…:license:lic-<32 hexadecimal digits>',
  slash: '…:license/lic-<32 hexadecimal digits>',
};

const NEWEST = 10;

/** Stands in for AWS Marketplace's website: the buyer chooses a product and subscribes. */
export function storefrontPage(marketplace: Marketplace): View {
  const products = marketplace.products();
  const productName = new Map(products.map(({ productCode, name }) => [productCode, name]));
  const known = marketplace.buyers().slice(-100);
  return {
    title: 'Storefront',
    part: PARTS.storefront,
    isLive: true,
    content: html`${card(
      'Subscribe to a product',
      html`<p>Act as the buyer: accept an offer, and then choose <em>Set up your account</em>.</p>`,
      html`<datalist id="buyers">
        ${known.map(({ accountId, name }) => html`<option value="${accountId}">${name}</option>`)}
      </datalist>`,
      postForm({ label: 'Subscribe', action: '/buyer/subscribe', fields: fieldsFor(products), button: 'Subscribe' }),
    )}
    ${card(
      'Newest agreements',
      table({
        caption: "A buyer's page leads to your registration page.",
        columns: ['Agreement', 'Product', 'CustomerAWSAccountId', 'Status', 'Accepted'],
        rows: marketplace
          .agreements()
          .slice(-NEWEST)
          .toReversed()
          .map((agreement) => [
            agreementLink(agreement.agreementId),
            productName.get(agreement.productCode) ?? agreement.productCode,
            whole(agreement.accountId),
            statusBadge(agreement),
            when(agreement.acceptedAtMs),
          ]),
        nothing: 'None yet.',
      }),
    )}`,
  };
}

function fieldsFor(products: readonly Product[]): Field[] {
  const sellsContracts = products.some(({ pricingModel }) => pricingModel !== 'subscription');
  const sellsLegacy = products.some(({ identityMode }) => identityMode === 'legacy');
  return [
    {
      name: 'productCode',
      label: 'Product',
      options: products.map(({ productCode, name }) => [productCode, `${name} (${productCode})`] as const),
    },
    {
      name: 'accountId',
      label: 'CustomerAWSAccountId',
      hint: 'Twelve digits. Leave empty for a new buyer.',
      attributes: { inputmode: 'numeric', pattern: '[0-9]{12}', list: 'buyers', autocomplete: 'off' },
    },
    ...(sellsContracts ? [UNITS_FIELD] : []),
    {
      name: 'startsInDays',
      label: 'Private offer starts in (days)',
      type: 'number',
      hint: 'Leave empty for the public offer, which starts immediately.',
      attributes: { min: 0, step: 1 },
    },
    {
      name: 'licenseArnShape',
      label: 'LicenseArn',
      options: LICENSE_ARN_SHAPES.map((shape) => [shape, SHAPES[shape]] as const),
    },
    ...(sellsContracts
      ? [{ isTick: true, name: 'autoRenew', value: 'yes', label: 'Renew the contract when it ends' } as const]
      : []),
    { isTick: true, name: 'freeTrial', value: 'yes', label: 'Free trial' },
    ...(sellsLegacy ? [FAILS_FIELD] : []),
  ];
}

const UNITS_FIELD: Field = {
  name: 'units',
  label: 'Units of each dimension',
  value: '100',
  hint: 'Applies to contract products. The contract lasts one year.',
  attributes: { inputmode: 'numeric', pattern: '[0-9]+' },
};

const FAILS_FIELD: Field = {
  isTick: true,
  name: 'fails',
  value: 'yes',
  label: 'Make the subscription fail (legacy products: subscribe-fail)',
};
