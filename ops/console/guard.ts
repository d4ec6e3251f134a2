import { createHash, timingSafeEqual } from 'node:crypto';

/** What the guard looks at. A header that is sent twice arrives as one text, which then matches nothing. */
export interface Visit {
  method: string;
  /** As it was sent, with the query. */
  url: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface Lock {
  /** The address that the console answers at: `127.0.0.1:4700`. */
  authority: string;
  token: string;
}

export type Entry =
  | { kind: 'welcome' }
  /** The address has the right token: keep it in a cookie and go to the address without it. */
  | { kind: 'admit'; location: string }
  | { kind: 'refuse'; statusCode: 403 | 405; heading: string; advice: string };

const TOKEN = 'token';
const PRINTED =
  'Open the address that `npm run ops -- console` or `npm start` printed: type or paste it into a new tab.';

/**
 * Who may read the console. Other programs on this machine and other pages of the browser reach the same port, so the
 * address alone proves nothing: `Host` must be ours (DNS rebinding), the browser must not say that another page asks, and
 * the token must be known.
 */
export function entryOf({ method, url, headers }: Visit, { authority, token }: Lock): Entry {
  if (method !== 'GET' && method !== 'HEAD')
    return {
      kind: 'refuse',
      statusCode: 405,
      heading: 'The console only shows',
      advice: 'It answers GET and HEAD and changes nothing. Each page names the command that changes something.',
    };
  if (headers.host !== authority)
    return refuse('This is not the address of the console', `It answers at http://${authority} only. ${PRINTED}`);
  const { origin, 'sec-fetch-site': site } = headers;
  const isOwnOrigin = origin === undefined || origin === `http://${authority}`;
  // Pages at another port of this machine are `same-site`, and nobody here vouches for them.
  if (!isOwnOrigin || !(site === undefined || site === 'none' || site === 'same-origin'))
    return refuse(
      'Another page asked for this',
      `The console answers no request that comes from another page. ${PRINTED}`,
    );
  const address = new URL(url, `http://${authority}`);
  const given = address.searchParams.get(TOKEN);
  if (given !== null && isEqual(given, token)) {
    address.searchParams.delete(TOKEN);
    return { kind: 'admit', location: `${address.pathname.replace(/^\/+/, '/')}${address.search}` };
  }
  const cookies = (Array.isArray(headers.cookie) ? headers.cookie.join(';') : (headers.cookie ?? '')).split(/; */);
  if (cookies.some((cookie) => isEqual(cookie, `${cookieName(authority)}=${token}`))) return { kind: 'welcome' };
  return refuse(
    'The console does not know you',
    `Its token is missing or is of an earlier start; each start makes a new one. ${PRINTED}`,
  );
}

/** Cookies do not know ports, so that two consoles on one machine need two names. */
const cookieName = (authority: string) => `console-${authority.replace(/^.*:/, '')}`;

export const tokenCookie = ({ authority, token }: Lock): string =>
  `${cookieName(authority)}=${token}; Path=/; HttpOnly; SameSite=Strict`;

export const addressOf = ({ authority, token }: Lock): string => `http://${authority}/?${TOKEN}=${token}`;

function refuse(heading: string, advice: string): Entry {
  return { kind: 'refuse', statusCode: 403, heading, advice };
}

/** Takes as long for a wrong token as for the right one. */
function isEqual(given: string, expected: string): boolean {
  const [a, b] = [given, expected].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
