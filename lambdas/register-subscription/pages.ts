import type { HttpResponse } from '../shared/runtime/http-message';
import { html, type Html } from '../../web/html';
import { messagePage, pageResponse, type Support } from '../shared/runtime/http-page';
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
  title: string;
  sentences: string[];
  headers?: Record<string, string>;
  /** The same registration may succeed later. */
  mayTryAgain?: true;
}

const CLICK_AGAIN =
  'In AWS Marketplace, open Manage subscriptions, choose this product and click “Set up your account” again.';
const NOTHING_LOST = 'Your subscription in AWS Marketplace is not affected.';
const TRY_AGAIN = `Wait a minute, then try again. If that does not help: ${CLICK_AGAIN}`;

/** The same registration may succeed in a minute. */
const LATER = { statusCode: 503, headers: { 'retry-after': '60' }, mayTryAgain: true } as const;

const OUR_FAULT: FailurePage = {
  statusCode: 500,
  title: 'We cannot set up your account at the moment',
  sentences: [
    'This is a problem on our side, and we have been notified.',
    NOTHING_LOST,
    'Please contact us at the address below, so that we can complete the setup with you.',
  ],
};

const CONFLICT: FailurePage = {
  statusCode: 409,
  title: 'This subscription belongs to another account',
  sentences: [
    'It is set up for a different AWS account or product, and cannot be moved from this page.',
    'Please contact us at the address below if you think that this is wrong.',
  ],
};

const PAGES: Record<RegistrationFailure, FailurePage> = {
  missingToken: {
    statusCode: 400,
    title: 'Open this page from AWS Marketplace',
    sentences: ['AWS Marketplace sends you to this page after you subscribe.', CLICK_AGAIN],
  },
  expiredToken: {
    statusCode: 400,
    title: 'This registration link has expired',
    sentences: ['Links from AWS Marketplace are valid for a short time only.', CLICK_AGAIN],
  },
  invalidToken: {
    statusCode: 400,
    title: 'This registration link is not valid',
    sentences: ['AWS Marketplace does not recognize it, or it was used before.', CLICK_AGAIN],
  },
  throttled: {
    ...LATER,
    title: 'AWS Marketplace is busy',
    sentences: ['It could not confirm your subscription just now.', NOTHING_LOST, TRY_AGAIN],
  },
  unavailable: {
    ...LATER,
    title: 'AWS Marketplace does not answer',
    sentences: ['It could not confirm your subscription just now.', NOTHING_LOST, TRY_AGAIN],
  },
  beingActivated: {
    ...LATER,
    title: 'Your subscription is being activated',
    sentences: ['AWS Marketplace needs a moment longer to prepare it.', NOTHING_LOST, TRY_AGAIN],
  },
  misconfigured: OUR_FAULT,
  identityMissing: OUR_FAULT,
  unknownProduct: {
    statusCode: 400,
    title: 'This product is not set up here',
    sentences: [
      'AWS Marketplace confirmed your subscription, but to a product that is not configured on this page.',
      'Please contact us at the address below.',
    ],
  },
  boundToAnotherAccount: CONFLICT,
  boundToAnotherProduct: CONFLICT,
};

/**
 * Tells the buyer what happened and what to do next.
 * @param form - as it was posted; a page that may be tried again posts it again
 */
export function failurePage(failure: RegistrationFailure, form: RegistrationForm, support: Support): HttpResponse {
  const { mayTryAgain, sentences, ...page } = PAGES[failure];
  if (mayTryAgain !== true || form.token === undefined) return messagePage({ ...page, sentences, support });
  const content = html`${sentences.map((sentence) => html`<p>${sentence}</p>`)} ${tryAgainForm(form)}`;
  return pageResponse({ ...page, content, support });
}

/**
 * The token is in the page only, which nobody caches: a reload of the page asks the browser's user whether to post again,
 * and this button does not.
 */
function tryAgainForm({ token, freeTrial }: RegistrationForm): Html {
  return html`<form method="post" action="/register">
    <input type="hidden" name="${TOKEN_FIELD}" value="${token}" />
    ${freeTrial ? html`<input type="hidden" name="${OFFER_TYPE_FIELD}" value="free-trial" />` : undefined}
    <button type="submit">Try again</button>
  </form>`;
}
