import { attention, failed, notChecked, ok, whenRead, type Finding } from '../finding';
import type { Reading } from '../reading';

export interface PageAnswer {
  status: number;
  /** The media type without its parameters. */
  type: string;
}

export interface Entrance {
  url: string;
  get: PageAnswer;
  /** The answer to a form without a token. */
  post: PageAnswer;
}

const PAGE = 'registration page';
const FORM = 'registration form';
const TLS = 'certificate';
const CONNECT = 'docs/deploy.md#4-connect-the-listing';
const REGISTRATION = 'docs/runbook.md#registrations-misconfigured';

/** A buyer who opens the address gets a page, and AWS Marketplace's form reaches the function behind it. */
export function checkEntrance(reading: Reading<Entrance>): Finding[] {
  if (reading.is === 'unreadable')
    return [
      failed(PAGE, `The registration URL does not answer from here: ${reading.why}`, {
        todo: 'Check the name in DNS, the certificate and the firewall; then the functions by the runbook.',
        see: REGISTRATION,
      }),
    ];
  return whenRead(PAGE, reading, ({ url, get, post }) => [
    get.status === 200 && get.type === 'text/html'
      ? ok(PAGE, `GET ${url} shows a page.`)
      : failed(PAGE, `GET ${url} answers ${get.status} ${get.type} and not a page.`, {
          todo: 'Look into the log of register-subscription, and whether something in front of it answers instead.',
          see: REGISTRATION,
        }),
    post.status === 400 && post.type === 'text/html'
      ? ok(FORM, 'A form without a token is told so.')
      : failed(FORM, `A form without a token gets ${post.status} ${post.type}; 400 and a page is right.`, {
          todo: 'Look into the log of register-subscription: buyers who come from AWS Marketplace may get this, too.',
          see: REGISTRATION,
        }),
  ]);
}

const DAY_MS = 86_400_000;
/** AWS renews its certificates 60 days before they end, so one that ends this soon was not renewed. */
const SOON_DAYS = 14;

/** @param url - the registration URL; the certificate itself was accepted when the page was read */
export function checkCertificate(
  url: string,
  { validUntil, nowMs }: { validUntil: Reading<number>; nowMs: number },
): Finding[] {
  if (!url.startsWith('https:'))
    return [
      failed(TLS, `${url} does not use https.`, { todo: 'AWS takes only https as fulfilment URL.', see: CONNECT }),
    ];
  return whenRead(TLS, validUntil, (untilMs) => {
    const days = Math.floor((untilMs - nowMs) / DAY_MS);
    if (days >= SOON_DAYS) return ok(TLS, `The certificate is valid for ${days} more days.`);
    return attention(TLS, `The certificate ends in ${days} days and was not renewed.`, {
      todo: 'Check the validation records of the certificate in Certificate Manager.',
      see: CONNECT,
    });
  });
}

export const certificateNotChecked = (why: string): Finding => notChecked(TLS, why);
