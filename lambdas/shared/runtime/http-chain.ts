import middy, { type MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import { toErrorIds } from './error-ids';
import { throughFrontDoor } from './front-door';
import { HttpError, type HttpRequest, type HttpResponse, jsonResponse, toHttpRequest } from './http-message';
import { invocationLog, metricsFlush, type ChainDeps } from './invocation';

export interface HttpChainDeps extends ChainDeps {
  counters: ChainDeps['counters'] & { count(name: 'UnexpectedErrors', amount: number): void };
  /** The response for an error; default: JSON. */
  renderError?: (error: HttpError) => HttpResponse;
  /** The secret that CloudFront adds to each request; absent: no CloudFront distribution is deployed. */
  frontDoorSecret?: string | undefined;
}

type HttpMiddleware = MiddlewareObj<unknown, HttpResponse>;
export type HttpFunction = (event: unknown, context: Context) => Promise<HttpResponse>;

/**
 * Headers of every response, unless the response sets its own. The referrer policy is not `no-referrer`: with that, a
 * browser sends `Origin: null` with a form post, and the page's own form would look forged.
 */
const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'same-origin',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** Wraps a verb, which knows neither Lambda nor API Gateway, as a function behind an HTTP API (payload 2.0). */
export function httpFunction(verb: (request: HttpRequest) => Promise<HttpResponse>, deps: HttpChainDeps): HttpFunction {
  const chain = middy<unknown, HttpResponse>()
    .use(invocationLog(deps.logger))
    .use(metricsFlush(deps.counters))
    .use(securityHeaders())
    .use(errorResponses(deps))
    .handler(async (event) => verb(throughFrontDoor(toHttpRequest(event), deps.frontDoorSecret)));
  return async (event, context) => chain(event, context);
}

/** Turns errors into responses; nothing else does. */
function errorResponses({ logger, counters, renderError = toJsonError }: HttpChainDeps): HttpMiddleware {
  return {
    before: () => {
      counters.count('UnexpectedErrors', 0);
    },
    onError: (request) => {
      const { error } = request;
      if (error instanceof HttpError) {
        logger.info('Request refused', {
          messageCode: 'HTTP_REFUSED',
          reason: error.reason,
          statusCode: error.statusCode,
        });
        request.response = renderError(error);
        return;
      }
      counters.count('UnexpectedErrors', 1);
      logger.error('Unexpected error', { messageCode: 'HTTP_UNEXPECTED_ERROR', ...toErrorIds(error) });
      request.response = renderError(unexpected());
    },
  };
}

function securityHeaders(): HttpMiddleware {
  const add: HttpMiddleware['after'] = (request) => {
    if (request.response) {
      request.response = { ...request.response, headers: { ...SECURITY_HEADERS, ...request.response.headers } };
    }
  };
  return { after: add, onError: add };
}

function toJsonError({ statusCode, reason, message }: HttpError): HttpResponse {
  return jsonResponse(statusCode, { reason, message });
}

function unexpected(): HttpError {
  const sentence = 'Something went wrong on our side. Please try again in a few minutes.';
  return new HttpError({ statusCode: 500, reason: 'internalError', sentence });
}
