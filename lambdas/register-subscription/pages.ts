import type { HttpResponse } from '../shared/runtime/http-message';
import { messagePage, type Support } from '../shared/runtime/http-page';

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
}

const CLICK_AGAIN =
  'In AWS Marketplace, open Manage subscriptions, choose this product and click “Set up your account” again.';
const NOTHING_LOST = 'Your subscription in AWS Marketplace is not affected.';
const TRY_AGAIN = `Wait a minute and reload this page. If that does not help: ${CLICK_AGAIN}`;
const RETRY_AFTER_SECONDS = '60';

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
    statusCode: 503,
    title: 'AWS Marketplace is busy',
    sentences: ['It could not confirm your subscription just now.', NOTHING_LOST, TRY_AGAIN],
    headers: { 'retry-after': RETRY_AFTER_SECONDS },
  },
  unavailable: {
    statusCode: 503,
    title: 'AWS Marketplace does not answer',
    sentences: ['It could not confirm your subscription just now.', NOTHING_LOST, TRY_AGAIN],
    headers: { 'retry-after': RETRY_AFTER_SECONDS },
  },
  beingActivated: {
    statusCode: 503,
    title: 'Your subscription is being activated',
    sentences: ['AWS Marketplace needs a moment longer to prepare it.', NOTHING_LOST, TRY_AGAIN],
    headers: { 'retry-after': RETRY_AFTER_SECONDS },
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

/** Tells the buyer what happened and what to do next. */
export function failurePage(failure: RegistrationFailure, support: Support): HttpResponse {
  return messagePage({ ...PAGES[failure], support });
}
