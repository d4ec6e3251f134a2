import { ANNOUNCEMENT_KINDS, ANNOUNCEMENTS } from '../rules/announcements';
import type { Agreement } from '../rules/state';
import { escape, page } from './page';

interface AgreementView {
  agreement: Agreement;
  productName: string;
  registrationUrl?: string;
  suspended: boolean;
  /** The contract's units of each dimension; undefined for a product without contracts. */
  units?: number;
  /** Absent when the agreement has ended. */
  issued?: { token: string; expiresAtMs: number };
}

/** Stands in for the subscription's page in AWS Marketplace, with the button that leads to the seller. */
export function agreementPage(view: AgreementView): string {
  const { agreement, productName, registrationUrl, issued, suspended } = view;
  const { agreementId, accountId, licenseArn, status, freeTrial, entitlements, startsAtMs, endsAtMs } = agreement;
  const { trialEndsAtMs, autoRenew } = agreement;
  const units = entitlements.map(({ dimension, value }) => `${dimension}: ${Object.values(value).join()}`);
  const facts = Object.entries({
    'AWS account': suspended ? `${accountId} (suspended)` : accountId,
    Agreement: `${agreementId} (${status.toLowerCase()})`,
    License: licenseArn,
    Offer: freeTrial ? 'Free trial' : startsAtMs === undefined ? 'Public offer' : 'Private offer',
    ...(units.length > 0 && { Contract: units.join(', ') }),
    ...(startsAtMs !== undefined && { Starts: new Date(startsAtMs).toISOString().slice(0, 10) }),
    ...(trialEndsAtMs !== undefined && { 'Trial ends': new Date(trialEndsAtMs).toISOString().slice(0, 10) }),
    ...(endsAtMs !== undefined && {
      [autoRenew ? 'Renews' : 'Expires']: new Date(endsAtMs).toISOString().slice(0, 10),
    }),
  }).map(([term, text]) => `<dt>${term}</dt><dd>${escape(text)}</dd>`);
  return page(
    productName,
    `<section aria-label="Subscription"><dl>${facts.join('\n')}</dl>
${issued ? setUp(issued, { registrationUrl, freeTrial }) : '<p>This agreement has ended.</p>'}
</section>
${changes(view)}
<p><a href="/">Back to all subscriptions</a></p>`,
  );
}

const ANNOUNCEMENT_OPTIONS = ANNOUNCEMENT_KINDS.map(
  (kind) => `<option value="${kind}">${ANNOUNCEMENTS[kind].detailType}</option>`,
).join('\n');

function changes({ agreement, suspended, units }: AgreementView): string {
  const { agreementId, status } = agreement;
  const button = (action: string, text: string) =>
    `<form method="post" action="/buyer/agreements/${agreementId}/${action}"><button class="quiet">${text}</button></form>`;
  const amend = `<form method="post" action="/buyer/agreements/${agreementId}/amend">
<label for="units">Units of each dimension</label>
<input id="units" name="units" type="number" min="0" value="${units ?? 0}" required>
<button class="quiet">Amend the contract</button></form>`;
  const account = suspended
    ? button('reinstate', 'Reinstate the AWS account')
    : button('suspend', 'Suspend the AWS account');
  const live = [
    button('renew', 'Renew'),
    button('renew-with-new-license', 'Renew with a new license'),
    button('replace', 'Replace'),
    button('cancel', 'Cancel the subscription'),
    account,
  ];
  const over = [button('again', 'Subscribe again'), account];
  return `<section aria-labelledby="change">
<h2 id="change">Change this subscription</h2>
<div class="row">${(status === 'ACTIVE' ? live : over).join('\n')}</div>
${status === 'ACTIVE' && units !== undefined ? amend : ''}
</section>
<section aria-labelledby="announce">
<h2 id="announce">Send an event that changes nothing</h2>
<form method="post" action="/buyer/agreements/${agreementId}/announce">
<label for="event">Event</label>
<select id="event" name="event">${ANNOUNCEMENT_OPTIONS}</select>
<button class="quiet">Send</button></form>
</section>`;
}

function setUp(
  { token, expiresAtMs }: NonNullable<AgreementView['issued']>,
  { registrationUrl, freeTrial }: { registrationUrl?: string; freeTrial: boolean },
): string {
  const until = `${new Date(expiresAtMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  if (registrationUrl === undefined) {
    return `<p>Restart with <code>--registration-url</code> to send the buyer to your registration page, or post this token
as <code>x-amzn-marketplace-token</code> yourself.</p>
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
