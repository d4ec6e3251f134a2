import type { HttpRequest } from '../../lambdas/shared/runtime/http-message';

/** A request as the chain hands it to a verb. */
export function anHttpRequest({ body = '', ...overrides }: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: 'GET',
    path: '/',
    headers: {},
    cookies: {},
    query: new URLSearchParams(),
    bodyBytes: new TextEncoder().encode(body),
    body,
    requestId: 'request-1',
    ...overrides,
  };
}

/** The same as API Gateway sends it to Lambda (payload format 2.0). */
export function anHttpApiEvent(overrides: Record<string, unknown> = {}, method = 'GET'): Record<string, unknown> {
  return {
    version: '2.0',
    rawPath: '/',
    rawQueryString: '',
    headers: {},
    isBase64Encoded: false,
    requestContext: { requestId: 'request-1', http: { method } },
    ...overrides,
  };
}
