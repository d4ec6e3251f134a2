import * as z from 'zod';
import type { SimulatedClock } from '../../simulator';
import { createThrottle, type Throttle } from './http-throttle';
import { functionByArn, type LambdaFunction } from './functions';
import { type HttpRequest, type HttpResponse, messageResponse, toHttpEvent, toHttpResponse } from './http-event';
import { isAllowed, type Principal, type Principals } from './principals';
import { arn, type Resources } from './resources';

interface Route {
  routeKey: string;
  method: string;
  /** Path segments. `{name}` matches one, `{name+}` matches the rest. */
  segments: string[];
  signed: boolean;
  target: LambdaFunction;
  timeoutMs: number;
}

export interface HttpApi {
  apiId: string;
  routes: { routeKey: string; signed: boolean; function: string }[];
  handle(request: HttpRequest): Promise<HttpResponse>;
}

/** API Gateway's size limit for a request body. */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;
/** Lambda's size limit for a synchronous invocation. A body in base64 reaches it before API Gateway's limit. */
const MAX_EVENT_BYTES = 6 * 1024 * 1024;
const DEFAULT_TIMEOUT_MS = 30_000;

const routeSchema = z.object({
  RouteKey: z.string(),
  AuthorizationType: z.enum(['NONE', 'AWS_IAM'], 'the local stack supports only NONE and AWS_IAM').default('NONE'),
  Target: z.string(),
});
const integrationSchema = z.object({
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0', 'the local stack supports only payload format 2.0'),
  TimeoutInMillis: z.coerce.number().default(DEFAULT_TIMEOUT_MS),
});

export interface HttpApiOptions {
  functions: LambdaFunction[];
  principals: Pick<Principals, 'identify'>;
  clock: SimulatedClock;
  log(text: string): void;
  /** Whether calls are throttled while the clock stands, too. */
  throttles: boolean;
}

/** The HTTP API of the template. CORS and access logs are not simulated. */
export function createHttpApi(resources: Resources, options: HttpApiOptions): HttpApi | undefined {
  const [api, ...more] = resources.ofType('AWS::ApiGatewayV2::Api');
  if (api === undefined) return undefined;
  if (more.length > 0) throw new Error('The template has more than one HTTP API. The local stack supports one.');
  const stages = resources.ofType('AWS::ApiGatewayV2::Stage');
  const other = stages.find(({ physicalName }) => physicalName !== '$default');
  if (other) throw new Error(`The local stack supports only the stage $default, not ${other.physicalName}.`);
  const { clock } = options;
  const throttle = createThrottle(stages[0] ?? { properties: {} }, () => clock.now());
  const routes = resources.ofType('AWS::ApiGatewayV2::Route').map(({ properties, name }) => {
    const { RouteKey, AuthorizationType, Target } = routeSchema.parse(properties);
    const integration = resources
      .ofType('AWS::ApiGatewayV2::Integration')
      .find(({ physicalName }) => Target === `integrations/${physicalName}`);
    const { IntegrationUri, TimeoutInMillis } = integrationSchema.parse(integration?.properties);
    const target = functionByArn(options.functions, IntegrationUri);
    if (target === undefined) throw new Error(`The route ${name} leads to no function of the template.`);
    return toRoute({ routeKey: RouteKey, signed: AuthorizationType === 'AWS_IAM', target, timeoutMs: TimeoutInMillis });
  });
  return {
    apiId: api.physicalName,
    routes: routes.map(({ routeKey, signed, target }) => ({ routeKey, signed, function: target.name })),
    handle: (request) => handle(request, { routes, throttle, apiId: api.physicalName, ...options }),
  };
}

function toRoute(route: Omit<Route, 'method' | 'segments'>): Route {
  const [method = '', path = ''] = route.routeKey === '$default' ? ['ANY', '/{any+}'] : route.routeKey.split(' ');
  return { ...route, method, segments: split(path) };
}

type Handling = HttpApiOptions & { routes: Route[]; throttle: Throttle; apiId: string };

async function handle(
  request: HttpRequest,
  { routes, throttle, throttles, apiId, principals, clock, log }: Handling,
): Promise<HttpResponse> {
  if (request.body.length > MAX_BODY_BYTES) return messageResponse(413, 'Request Entity Too Large');
  const found = findRoute(routes, request);
  if (found === undefined) return messageResponse(404, 'Not Found');
  const { route, pathParameters } = found;
  // On a standing clock, a limit per second would never let another call pass.
  if ((clock.runs || throttles) && !throttle(route.routeKey)) return messageResponse(429, 'Too Many Requests');
  let signer: Principal | undefined;
  if (route.signed) {
    const identified = principals.identify(request, 'execute-api');
    const refusal = identified.ok ? deniedTo(identified.principal, request, apiId) : identified.reason;
    if (refusal !== undefined || !identified.ok) {
      log(`403 ${route.routeKey}: ${refusal}`);
      return messageResponse(403, 'Forbidden');
    }
    signer = identified.principal;
  }
  const match = { routeKey: route.routeKey, pathParameters, signer };
  const event = toHttpEvent(request, match, { apiId, nowMs: clock.now() });
  if (Buffer.byteLength(event.body ?? '') > MAX_EVENT_BYTES) return messageResponse(413, 'Request Entity Too Large');
  const invoked = route.target.invoke(event);
  // On a standing clock, the API's time never runs out.
  const result = await (clock.runs ? within(route.timeoutMs, invoked) : invoked);
  if (result === undefined) return messageResponse(503, 'Service Unavailable');
  if (result.ok) return toHttpResponse(result.payload);
  if (result.planted === 'throttle') return messageResponse(503, 'Service Unavailable');
  return messageResponse(500, 'Internal Server Error');
}

/** Why IAM denies a signed request; undefined: it does not. */
function deniedTo(principal: Principal, { method, rawPath }: HttpRequest, apiId: string): string | undefined {
  const resource = arn('execute-api', `${apiId}/$default/${method}${decodeURIComponent(rawPath)}`);
  return isAllowed(principal, { action: 'execute-api:Invoke', resource })
    ? undefined
    : `${principal.arn} may not call ${resource}`;
}

/** Finds the most specific route: a full match before a greedy one, `$default` last. */
function findRoute(routes: Route[], { method, rawPath }: HttpRequest) {
  const path = split(decodeURIComponent(rawPath));
  return routes
    .filter((route) => route.method === 'ANY' || route.method === method)
    .flatMap((route) => {
      const pathParameters = matchPath(route.segments, path);
      return pathParameters === undefined ? [] : [{ route, pathParameters }];
    })
    .sort((left, right) => specificity(right.route) - specificity(left.route))[0];
}

function matchPath(segments: string[], path: string[]): Record<string, string> | undefined {
  const greedy = segments.at(-1)?.endsWith('+}') ?? false;
  if (greedy ? path.length < segments.length : path.length !== segments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const name = /^\{(\w+)(\+?)\}$/.exec(segment);
    if (name?.[2] === '+') parameters[name[1] ?? ''] = path.slice(index).join('/');
    else if (name !== null) parameters[name[1] ?? ''] = path[index] ?? '';
    else if (segment !== path[index]) return undefined;
  }
  return parameters;
}

function specificity({ routeKey, segments, method }: Route): number {
  if (routeKey === '$default') return 0;
  const variables = segments.filter((segment) => segment.startsWith('{')).length;
  const greedy = segments.at(-1)?.endsWith('+}') ? 1000 : 0;
  return 10_000 - greedy - 10 * variables - (method === 'ANY' ? 1 : 0);
}

function split(path: string): string[] {
  return path.replace(/^\//, '').split('/');
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}
