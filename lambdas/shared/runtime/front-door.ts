import { createHash, timingSafeEqual } from 'node:crypto';
import { FRONT_DOOR_HEADERS } from '../contract/front-door';
import { HttpError } from './http-error';
import type { HttpRequest } from './http-message';

/**
 * The request as the browser sent it, if it came through the front door; without a front door, any request.
 * @throws HttpError for a request to the API's own address: the firewall has not seen it.
 */
export function throughFrontDoor(request: HttpRequest, secret: string | undefined): HttpRequest {
  if (secret === undefined) return request;
  const { [FRONT_DOOR_HEADERS.secret]: given, [FRONT_DOOR_HEADERS.viewerHost]: host, ...headers } = request.headers;
  if (!isSame(given ?? '', secret)) {
    const sentence = 'This address is not for browsers: open the page again from AWS Marketplace.';
    throw new HttpError({ statusCode: 403, reason: 'notThroughFrontDoor', sentence });
  }
  return { ...request, headers: { ...headers, host: host ?? headers.host } };
}

/** Takes the same time whatever is given, its length too. */
function isSame(given: string, secret: string): boolean {
  return timingSafeEqual(digest(given), digest(secret));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
