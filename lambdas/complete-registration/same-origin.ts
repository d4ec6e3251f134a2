import type { HttpRequest } from '../shared/runtime/http-message';

/**
 * Whether a form post comes from our own page. Browsers send `Origin` with every post; another site's says so, and a
 * sandboxed frame's says `null`. A client that sends none is no browser, unless it says where the post comes from.
 * With the cookie's SameSite=Lax this is the second lock against forged posts.
 */
export function isFromOurPage(headers: HttpRequest['headers']): boolean {
  const { origin, host } = headers;
  if (origin !== undefined) return URL.canParse(origin) && host !== undefined && new URL(origin).host === host;
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin';
}
