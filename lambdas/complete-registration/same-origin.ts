import { isLoopback } from '../shared/contract/loopback';
import type { HttpRequest } from '../shared/runtime/http-message';

/**
 * Whether a form post comes from our own page. Browsers send `Origin` with every post: another site's origin, or `null`
 * from a sandboxed frame. A client that sends neither `Origin` nor `Sec-Fetch-Site` is not a browser, so it cannot be
 * abused for forged posts. The session cookie's SameSite=Lax is the first protection against them; this is the second.
 */
export function isFromOurPage(headers: HttpRequest['headers']): boolean {
  const { origin, host } = headers;
  if (origin !== undefined) return host !== undefined && ownOrigins(host).includes(origin);
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin';
}

/** Scheme, host and port, as browsers write an origin. Only the local stack is reached by http. */
function ownOrigins(host: string): string[] {
  return [`https://${host}`, ...(isLoopback(host.replace(/:\d+$/, '')) ? [`http://${host}`] : [])];
}
