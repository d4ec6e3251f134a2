import { createHash, timingSafeEqual } from 'node:crypto';
import { FRONT_DOOR_HEADERS } from '../contract/front-door';
import { HttpError, type HttpRequest } from './http-message';

/**
 * The request as the browser sent it. If there is a front door (CloudFront), the request must have come through it.
 * @throws HttpError for a request to the API's own address, which bypasses the firewall.
 */
export function throughFrontDoor(request: HttpRequest, secret: string | undefined): HttpRequest {
  if (secret === undefined) return request;
  const { [FRONT_DOOR_HEADERS.secret]: given, [FRONT_DOOR_HEADERS.viewerHost]: host, ...headers } = request.headers;
  if (!isSame(given ?? '', secret)) {
    const sentence = 'This address does not serve browsers. Open the page again from AWS Marketplace.';
    throw new HttpError({ statusCode: 403, reason: 'notThroughFrontDoor', sentence });
  }
  return { ...request, headers: { ...headers, host: host ?? headers.host } };
}

/** Takes the same time for every input, so that its time reveals nothing about the secret. */
function isSame(given: string, secret: string): boolean {
  return timingSafeEqual(digest(given), digest(secret));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
