import { postForm } from '../../web/forms';
import { html } from '../../web/html';
import { card, definitions, link } from '../../web/parts';
import { ANNOUNCEMENT_KINDS, ANNOUNCEMENTS } from '../rules/announcements';
import type { Agreement, Buyer, Offer, Product, RegistrationToken } from '../rules/state';
import type { IssuedToken } from '../rules/tokens';
import { tokensTable } from './agreements';
import { PARTS, type View } from './shell';
import { agreementLink, agreementPath, entitlementsText, statusBadge, utcTime } from './words';

export interface AgreementFacts {
  agreement: Agreement;
  product: Product;
  buyer: Buyer;
  offer: Offer;
  registrationUrl?: string;
  /** Absent when the agreement has ended. */
  issued?: IssuedToken;
  tokens: readonly RegistrationToken[];
  nowMs: number;
}

/** Stands in for the subscription's page in AWS Marketplace, with the button that leads to the seller. */
export function agreementPage(facts: AgreementFacts): View {
  const { agreement, product, issued, registrationUrl, tokens, nowMs } = facts;
  const { agreementId, accountId, productCode } = agreement;
  const about = new URLSearchParams({ account: accountId, product: productCode });
  return {
    title: product.name,
    part: PARTS.agreements,
    isLive: true,
    leavesForSeller: true,
    content: html`<div class="columns">
        ${card('Agreement', definitionsOf(facts))}
        ${card(
          'Set up your account',
          issued
            ? setUp(issued, { registrationUrl, freeTrial: agreement.freeTrial })
            : html`<p>This agreement has ended.</p>`,
          html`<p class="pager">
            ${link(`${PARTS.calls}?${about}`, 'Calls about this buyer')} ${link(`${PARTS.events}?${about}`, 'Events')}
            ${link(`${PARTS.ledger}?${about}`, 'Ledger')}
          </p>`,
        )}
      </div>
      ${changes(facts)}
      ${card(
        'Send an event that changes nothing',
        postForm({
          label: 'Send an event that changes nothing',
          action: `${agreementPath(agreementId)}/announce`,
          fields: [
            {
              name: 'event',
              label: 'Event',
              options: ANNOUNCEMENT_KINDS.map((kind) => [kind, ANNOUNCEMENTS[kind].detailType] as const),
            },
          ],
          button: 'Send',
        }),
      )}
      ${card('Registration tokens', tokensTable(tokens, { nowMs }))}`,
  };
}

function definitionsOf({ agreement, product, buyer, offer }: AgreementFacts) {
  const { previousAgreementId, entitlements, startsAtMs, endsAtMs, trialEndsAtMs, autoRenew } = agreement;
  const date = (timeMs?: number) => (timeMs === undefined ? undefined : utcTime(timeMs));
  return definitions([
    ['AgreementId', agreement.agreementId],
    ['Status', statusBadge(agreement)],
    ['Continues', previousAgreementId === undefined ? undefined : agreementLink(previousAgreementId)],
    ['CustomerAWSAccountId', `${buyer.accountId} (${buyer.suspended ? 'suspended' : buyer.name})`],
    ['CustomerIdentifier', product.identityMode === 'legacy' ? buyer.customerIdentifier : undefined],
    ['LicenseArn', agreement.licenseArn],
    ['ProductCode', product.productCode],
    ['Dimensions', product.dimensions.join(', ')],
    ['Offer', `${offer.name} (${offer.offerId})`],
    ['Entitlements', entitlementsText(entitlements)],
    ['Accepted', utcTime(agreement.acceptedAtMs)],
    ['Starts', date(startsAtMs)],
    ['License active', date(agreement.activatedAtMs) ?? 'not yet'],
    ['Trial ends', date(trialEndsAtMs)],
    [autoRenew === true ? 'Renews' : 'Expires', date(endsAtMs)],
    ['Ended', date(agreement.endedAtMs)],
    ['License deprovisioned', date(agreement.deprovisionedAtMs)],
  ]);
}

function changes({ agreement, buyer, product }: AgreementFacts) {
  const { agreementId, status, entitlements } = agreement;
  const action = (name: string) => `${agreementPath(agreementId)}/${name}`;
  const button = (name: string, text: string) => postForm({ action: action(name), button: text });
  const account = buyer.suspended
    ? button('reinstate', 'Reinstate the AWS account')
    : button('suspend', 'Suspend the AWS account');
  if (status !== 'ACTIVE')
    return card(
      'Change this agreement',
      html`<div class="actions">${button('again', 'Subscribe again')} ${account}</div>`,
    );
  const [first] = entitlements;
  return card(
    'Change this agreement',
    html`<div class="actions">
      ${button('renew', 'Renew')} ${button('renew-with-new-license', 'Renew with a new license')}
      ${button('replace', 'Replace')} ${button('cancel', 'Cancel the subscription')} ${account}
    </div>`,
    product.pricingModel === 'subscription'
      ? undefined
      : postForm({
          label: 'Amend the contract',
          action: action('amend'),
          fields: [
            {
              name: 'units',
              label: 'Units of each dimension',
              type: 'number',
              value: String(first === undefined ? 0 : Object.values(first.value)[0]),
              attributes: { min: 0, required: true },
            },
          ],
          button: 'Amend the contract',
        }),
  );
}

function setUp(
  { token, expiresAtMs }: IssuedToken,
  { registrationUrl, freeTrial }: { registrationUrl?: string; freeTrial: boolean },
) {
  const until = `${utcTime(expiresAtMs).slice(0, 16)} UTC`;
  if (registrationUrl === undefined) {
    return html`<p>
        Restart with <code>--registration-url</code> to send the buyer to your registration page, or post this token as
        <code>x-amzn-marketplace-token</code> yourself.
      </p>
      <label for="token">Registration token (valid until ${until})</label>
      <textarea id="token" rows="4" readonly>${token}</textarea>`;
  }
  return html`<form class="fields" method="post" action="${registrationUrl}">
      <input type="hidden" name="x-amzn-marketplace-token" value="${token}" />
      ${freeTrial ? html`<input type="hidden" name="x-amzn-marketplace-offer-type" value="free-trial" />` : undefined}
      <button type="submit">Set up your account</button>
    </form>
    <p class="muted">Posts a registration token, valid until ${until}, to ${registrationUrl}.</p>`;
}
