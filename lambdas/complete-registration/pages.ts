import { html, type Html } from '../../web/html';
import { messagePage, pageResponse } from '../shared/runtime/http-page';
import type { HttpResponse } from '../shared/runtime/http-message';
import type { SellerSite } from '../shared/runtime/seller-site';
import type { StoredContact } from '../shared/stores/registrations';
import type { AskedField } from './contact-form';
import { productNameOf, purchaseDetails, type Purchase } from './purchase';

/** What the buyer has just done; undefined: came back. */
export type Occasion = 'done' | 'saved' | undefined;

export interface AccountPage {
  purchase: Purchase;
  contact: StoredContact;
  asked: readonly AskedField[];
  nextUrl: string | undefined;
  occasion: Occasion;
}

/** The page after the form, by redirect, so that reloading does not submit it again; and whenever the buyer comes back. */
export function accountPage(
  site: SellerSite,
  { purchase, contact, asked, nextUrl, occasion }: AccountPage,
): HttpResponse {
  const product = productNameOf(purchase);
  const { say, date } = site;
  const known = asked.flatMap(({ field }) => {
    const value = contact[field];
    return value === undefined
      ? []
      : [
          html`<dt>${say(`${field}Label`)}</dt>
            <dd>${value}</dd>`,
        ];
  });
  return pageResponse(site, {
    statusCode: 200,
    title: say(`${occasion ?? 'account'}Heading`, { product }),
    content: html`${noteOf(occasion, { product, date: date(contact.completedAt) }, site)}
      ${nextSteps({ purchase, contact, nextUrl, occasion }, site)}
      <h2>${say('boughtHeading')}</h2>
      ${purchaseDetails(purchase, site)}
      <p>${say('billing')}</p>
      <h2>${say('contactHeading')}</h2>
      <dl>${known}</dl>
      <p><a href="/registration?change">${say('changeLink')}</a></p>`,
  });
}

function noteOf(occasion: Occasion, values: { product: string; date: string }, { say }: SellerSite): Html {
  if (occasion === undefined) return html`<p>${say('accountNote', values)}</p>`;
  return html`<p class="done" role="status">${say(`${occasion}Note`, values)}</p>`;
}

/** Undefined when the buyer comes back and there is nothing to do. */
function nextSteps(
  { purchase, contact: { email }, nextUrl, occasion }: Omit<AccountPage, 'asked'>,
  { say }: SellerSite,
): Html | undefined {
  const product = productNameOf(purchase);
  const steps = [
    ...(purchase.subscription.state === 'pending' ? [html`<p>${say('nextPending')}</p>`] : []),
    // AWS requires the seller to write to a new buyer.
    ...(occasion === 'done' ? [html`<p>${say('nextMail', { email })}</p>`] : []),
    ...(nextUrl === undefined ? [] : [html`<a class="next" href="${nextUrl}">${say('nextLink', { product })}</a>`]),
  ];
  return steps.length === 0
    ? undefined
    : html`<h2>${say('nextHeading')}</h2>
        ${steps}`;
}

export function noSessionPage(site: SellerSite): HttpResponse {
  const sentences = [site.say('noSession'), site.say('clickAgain')];
  return messagePage(site, { statusCode: 401, title: site.say('noSessionHeading'), sentences });
}

export function foreignOriginPage(site: SellerSite): HttpResponse {
  return messagePage(site, {
    statusCode: 403,
    title: site.say('foreignFormHeading'),
    sentences: [site.say('foreignForm')],
  });
}
