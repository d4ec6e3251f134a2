import type { HttpResponse } from '../shared/runtime/http-message';
import { messagePage, type Support } from '../shared/runtime/http-page';

/** Every way in which a registration does not come about. */
export type RegistrationFailure =
  | 'missingToken'
  | 'expiredToken'
  | 'invalidToken'
  | 'throttled'
  | 'unavailable'
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
    'This is a mistake on our side, and we have been told about it.',
    NOTHING_LOST,
    'Please contact us with the address below, so that we can finish the setup with you.',
  ],
};

const CONFLICT: FailurePage = {
  statusCode: 409,
  title: 'This subscription belongs to another account',
  sentences: [
    'It has been set up for a different AWS account or product, and we never move it on our own.',
    'Please contact us with the address below if you think that this is wrong.',
  ],
};

const PAGES: Record<RegistrationFailure, FailurePage> = {
  missingToken: {
    statusCode: 400,
    title: 'Please start in AWS Marketplace',
    sentences: ['This page is where AWS Marketplace sends you after you subscribe.', CLICK_AGAIN],
  },
  expiredToken: {
    statusCode: 400,
    title: 'This registration link has expired',
    sentences: ['AWS Marketplace gives a link that works for a short time, and this one has ended.', CLICK_AGAIN],
  },
  invalidToken: {
    statusCode: 400,
    title: 'This registration link is not valid',
    sentences: ['AWS Marketplace does not recognize it, or it has been used already.', CLICK_AGAIN],
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
  misconfigured: OUR_FAULT,
  identityMissing: OUR_FAULT,
  unknownProduct: {
    statusCode: 400,
    title: 'This product is not set up here',
    sentences: [
      'AWS Marketplace confirmed a subscription, but to a product that this page does not serve.',
      'Please contact us with the address below.',
    ],
  },
  boundToAnotherAccount: CONFLICT,
  boundToAnotherProduct: CONFLICT,
};

/** What the buyer sees, and what to do next. */
export function failurePage(failure: RegistrationFailure, support: Support): HttpResponse {
  return messagePage({ ...PAGES[failure], support });
}
