import type { HttpResponse } from '../shared/runtime/http-message';
import { html, type Html } from '../../web/html';
import type { PageText } from '../shared/contract/page-texts';
import { messagePage, pageResponse } from '../shared/runtime/http-page';
import type { SellerSite } from '../shared/runtime/seller-site';
import { OFFER_TYPE_FIELD, TOKEN_FIELD, type RegistrationForm } from './registration-form';

/** The ways in which a registration can fail. */
export type RegistrationFailure =
  | 'missingToken'
  | 'expiredToken'
  | 'invalidToken'
  | 'throttled'
  | 'unavailable'
  | 'beingActivated'
  | 'misconfigured'
  | 'unknownProduct'
  | 'identityMissing'
  | 'boundToAnotherAccount'
  | 'boundToAnotherProduct';

interface FailurePage {
  statusCode: number;
  title: PageText;
  sentences: PageText[];
  headers?: Record<string, string>;
  /** The same registration may succeed later. */
  mayTryAgain?: true;
}

/** The same registration may succeed in a minute. */
function later(title: PageText, sentence: PageText): FailurePage {
  const sentences: PageText[] = [sentence, 'nothingLost', 'tryAgain', 'clickAgain'];
  return { statusCode: 503, title, sentences, headers: { 'retry-after': '60' }, mayTryAgain: true };
}

const OUR_FAULT: FailurePage = {
  statusCode: 500,
  title: 'ourFaultHeading',
  sentences: ['ourFault', 'nothingLost', 'contactUs'],
};

const CONFLICT: FailurePage = {
  statusCode: 409,
  title: 'otherAccountHeading',
  sentences: ['otherAccount', 'otherAccountContact'],
};

const PAGES: Record<RegistrationFailure, FailurePage> = {
  missingToken: { statusCode: 400, title: 'missingTokenHeading', sentences: ['missingToken', 'clickAgain'] },
  expiredToken: { statusCode: 400, title: 'expiredTokenHeading', sentences: ['expiredToken', 'clickAgain'] },
  invalidToken: { statusCode: 400, title: 'invalidTokenHeading', sentences: ['invalidToken', 'clickAgain'] },
  throttled: later('throttledHeading', 'unconfirmed'),
  unavailable: later('unavailableHeading', 'unconfirmed'),
  beingActivated: later('beingActivatedHeading', 'beingActivated'),
  misconfigured: OUR_FAULT,
  identityMissing: OUR_FAULT,
  unknownProduct: { statusCode: 400, title: 'unknownProductHeading', sentences: ['unknownProduct', 'contactUs'] },
  boundToAnotherAccount: CONFLICT,
  boundToAnotherProduct: CONFLICT,
};

/**
 * The page for somebody who opens the fulfilment address directly.
 * @param method - the answer to HEAD has no body
 */
export function startPage(site: SellerSite, method: string): HttpResponse {
  const sentences = [site.say('startIntro'), site.say('startHow')];
  const { body, ...page } = messagePage(site, { statusCode: 200, title: site.say('startHeading'), sentences });
  return method === 'HEAD' ? page : { ...page, body };
}

/**
 * Tells the buyer what happened and what to do next.
 * @param form - as it was posted; a page that may be tried again posts it again
 */
export function failurePage(failure: RegistrationFailure, form: RegistrationForm, site: SellerSite): HttpResponse {
  const { mayTryAgain, title, sentences, ...page } = PAGES[failure];
  const said = { ...page, title: site.say(title), sentences: sentences.map((sentence) => site.say(sentence)) };
  if (mayTryAgain !== true || form.token === undefined) return messagePage(site, said);
  const content = html`${said.sentences.map((sentence) => html`<p>${sentence}</p>`)} ${tryAgainForm(form, site)}`;
  return pageResponse(site, { ...page, title: said.title, content });
}

/**
 * The token is in the page only, which nobody caches: a reload of the page asks the browser's user whether to post again,
 * and this button does not.
 */
function tryAgainForm({ token, freeTrial }: RegistrationForm, { say }: SellerSite): Html {
  return html`<form method="post" action="/register">
    <input type="hidden" name="${TOKEN_FIELD}" value="${token}" />
    ${freeTrial ? html`<input type="hidden" name="${OFFER_TYPE_FIELD}" value="free-trial" />` : undefined}
    <button type="submit">${say('tryAgainButton')}</button>
  </form>`;
}
