import { html } from '../../web/html';
import { badge, card, table } from '../../web/parts';
import type { Marketplace } from '../marketplace';
import type { RegistrationToken } from '../rules/state';
import { filterForm, isInMonth, statusField, type Filter } from './filters';
import { paged } from './paging';
import { PARTS, type View } from './shell';
import { agreementLink, entitlementsText, statusBadge, when } from './words';

/** Tokens live for minutes, so that only the newest are of use. */
const SHOWN_TOKENS = 20;

/** Every agreement, newest first, and the newest registration tokens. */
export function agreementsPage(marketplace: Marketplace, filter: Filter, { nowMs }: { nowMs: number }): View {
  const wanted = marketplace
    .agreements()
    .filter(
      ({ accountId, productCode, status, acceptedAtMs }) =>
        (filter.account ?? accountId) === accountId &&
        (filter.product ?? productCode) === productCode &&
        (filter.status ?? status) === status &&
        isInMonth(acceptedAtMs, filter),
    )
    .toReversed();
  const { items, pager } = paged(wanted, filter, { path: PARTS.agreements, noun: 'agreement' });
  const productName = new Map(marketplace.products().map(({ productCode, name }) => [productCode, name]));
  const buyerName = new Map(marketplace.buyers().map(({ accountId, name }) => [accountId, name]));
  return {
    title: 'Agreements',
    part: PARTS.agreements,
    isLive: true,
    reloadsWithoutScript: true,
    content: html`${card(
      'Agreements',
      filterForm(marketplace, filter, {
        action: PARTS.agreements,
        month: 'Month of acceptance',
        more: [statusField(filter)],
      }),
      table({
        caption: 'Newest first.',
        columns: ['Agreement', 'Status', 'Product', 'CustomerAWSAccountId', 'LicenseArn', 'Entitlements', 'Accepted'],
        rows: items.map((agreement) => [
          agreementLink(agreement.agreementId),
          statusBadge(agreement),
          productName.get(agreement.productCode) ?? agreement.productCode,
          `${agreement.accountId} (${buyerName.get(agreement.accountId) ?? ''})`,
          agreement.licenseArn,
          entitlementsText(agreement.entitlements),
          when(agreement.acceptedAtMs),
        ]),
        nothing: 'No agreement fits. A buyer subscribes in the storefront.',
      }),
      pager,
    )}
    ${card('Registration tokens', tokensTable(marketplace.tokens(), { nowMs }))}`,
  };
}

/** The newest tokens. */
export const tokensTable = (tokens: readonly RegistrationToken[], { nowMs }: { nowMs: number }) =>
  table({
    caption: `The last ${SHOWN_TOKENS} at most, newest first. A browser posts one as x-amzn-marketplace-token.`,
    columns: ['Token', 'Agreement', 'Valid until', 'State'],
    rows: tokens
      .slice(-SHOWN_TOKENS)
      .toReversed()
      .map(({ token, agreementId, expiresAtMs, used }) => [
        html`<code>${token.slice(0, 16)}…</code>`,
        agreementLink(agreementId),
        when(expiresAtMs),
        nowMs >= expiresAtMs
          ? badge('expired', 'plain')
          : used
            ? badge('resolved by ResolveCustomer', 'good')
            : badge('not resolved yet', 'warn'),
      ]),
    nothing: 'None has been issued. The page of an agreement issues one.',
  });
