import type { Agreement } from '../rules/state';
import { escape, page } from './page';

export interface Visit {
  agreement: Agreement;
  productName: string;
  registrationUrl?: string;
  /** Whether the buyer's account is suspended. */
  suspended: boolean;
  /** What the contract gives of each dimension; undefined for a product without contracts. */
  units?: number;
  /** Absent when the agreement is over. */
  issued?: { token: string; expiresAtMs: number };
}

/** What AWS shows a subscriber: the button that leads to the seller. */
export function agreementPage(visit: Visit): string {
  const { agreement, productName, registrationUrl, issued, suspended } = visit;
  const { agreementId, accountId, licenseArn, status, freeTrial, entitlements, startsAtMs, endsAtMs } = agreement;
  const units = entitlements.map(({ dimension, value }) => `${dimension}: ${Object.values(value).join()}`);
  const facts = Object.entries({
    'AWS account': suspended ? `${accountId} (suspended)` : accountId,
    Agreement: `${agreementId} (${status.toLowerCase()})`,
    License: licenseArn,
    Offer: freeTrial ? 'Free trial' : startsAtMs === undefined ? 'Public offer' : 'Private offer',
    ...(units.length > 0 && { Contract: units.join(', ') }),
    ...(startsAtMs !== undefined && { Begins: new Date(startsAtMs).toISOString().slice(0, 10) }),
    ...(endsAtMs !== undefined && { 'Runs until': new Date(endsAtMs).toISOString().slice(0, 10) }),
  }).map(([term, text]) => `<dt>${term}</dt><dd>${escape(text)}</dd>`);
  return page(
    productName,
    `<section aria-label="Subscription"><dl>${facts.join('\n')}</dl>
${issued ? setUp(issued, { registrationUrl, freeTrial }) : '<p>This subscription is over.</p>'}
</section>
${whatElse(visit)}
<p><a href="/">Back to all subscriptions</a></p>`,
  );
}

/** What else can happen to a subscription: the buyer's doing, and AWS's. */
function whatElse({ agreement, suspended, units }: Visit): string {
  const { agreementId, status } = agreement;
  const button = (action: string, text: string) =>
    `<form method="post" action="/buyer/agreements/${agreementId}/${action}"><button class="quiet">${text}</button></form>`;
  const amend = `<form method="post" action="/buyer/agreements/${agreementId}/amend">
<label for="units">Units of each dimension from now on</label>
<input id="units" name="units" type="number" min="0" value="${units ?? 0}" required>
<button class="quiet">Amend the contract</button></form>`;
  const account = suspended
    ? button('reinstate', 'Reinstate the AWS account')
    : button('suspend', 'Suspend the AWS account');
  const live = [
    button('renew', 'Renew'),
    button('replace', 'Replace'),
    button('cancel', 'Cancel the subscription'),
    account,
  ];
  const over = [button('again', 'Subscribe again'), account];
  return `<section aria-labelledby="change">
<h2 id="change">Change it</h2>
<div class="row">${(status === 'ACTIVE' ? live : over).join('\n')}</div>
${status === 'ACTIVE' && units !== undefined ? amend : ''}
</section>`;
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
