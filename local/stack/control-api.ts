import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { FUNCTION_FAULT_KINDS } from './function-faults';
import type { LocalStack } from './local-stack';

/** The part of the stack that the control API offers over HTTP. */
export type Controllable = Omit<LocalStack, 'stop' | 'update'>;

const durationSchema = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, 'give a duration as a number and a unit: 500ms, 30s, 5m, 1h, 2d')
  .transform((text) => {
    const [, amount, unit] = /^([\d.]+)(\w+)$/.exec(text) ?? [];
    return Number(amount) * ({ ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit ?? ''] ?? NaN);
  });
const clockSchema = z
  .strictObject({
    set: z.iso.datetime({ offset: true, error: 'give a time such as 2026-12-01T06:00:00Z' }).optional(),
    advance: durationSchema.optional(),
  })
  .refine(({ set, advance }) => (set === undefined) !== (advance === undefined), 'give either set or advance');
const drainSchema = z.object({ seconds: z.coerce.number().positive().max(3600).default(60) });
const faultSchema = z
  .strictObject({
    kind: z.enum(FUNCTION_FAULT_KINDS),
    ms: z.number().nonnegative().optional(),
    next: z.int().min(1).optional(),
  })
  .refine(({ kind, ms }) => kind === 'fail' || kind === 'loseAnswer' || ms !== undefined, {
    path: ['ms'],
    message: 'give ms, the time in milliseconds until the fault',
  });
const pointsSchema = z.object({
  name: z.union([z.string().transform((name) => [name]), z.array(z.string())], 'give the metric as ?name='),
});
const nameSchema = z.object({ name: z.string() });
const eventsSchema = z.array(
  z.strictObject({
    source: z.string(),
    'detail-type': z.string(),
    detail: z.record(z.string(), z.unknown()),
    bus: z.string().optional(),
  }),
);

/** Controls the stack with JSON over HTTP, for example from curl. This folder's README documents it. */
export function serveControlApi(app: FastifyInstance, stack: Controllable): void {
  app.setErrorHandler((error, _request, reply) => {
    const message = error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : '';
    return reply.code(400).send({ message });
  });
  // `curl -d '{…}'` declares JSON as a form. Every body here is JSON.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? undefined : JSON.parse(body.toString()));
    } catch {
      done(new Error('Send JSON as the body.'));
    }
  });
  serveClock(app, stack);
  serveFunctions(app, stack);
  servePlaces(app, stack);
}

function serveClock(app: FastifyInstance, stack: Controllable): void {
  const now = () => ({ now: new Date(stack.clock.now()).toISOString() });
  app.get('/', () => ({ ...now(), clockRuns: stack.clock.runs, ...stack.status() }));
  app.get('/clock', now);
  app.post('/clock', async (request) => {
    const { set, advance = 0 } = clockSchema.parse(request.body);
    if (set === undefined) stack.clock.advance(advance);
    else stack.clock.set(Date.parse(set));
    const fired = await stack.fireDue();
    return { ...now(), fired };
  });
  app.post('/drain', async (request) => {
    const { seconds } = drainSchema.parse(request.query);
    await stack.drain({ limitMs: seconds * 1000 });
    return { idle: true, ...now() };
  });
  app.get('/schedules', () => stack.status().schedules);
  app.post('/schedules/:name/fire', async (request) => stack.fire(nameSchema.parse(request.params).name));
  for (const [verb, enabled] of [['enable', true] as const, ['disable', false] as const])
    app.post(`/schedules/:name/${verb}`, (request) => {
      const { name } = nameSchema.parse(request.params);
      stack.enableSchedule(name, enabled);
      return { name, enabled };
    });
  app.post('/run-hour', async () => {
    const fired = await stack.runHour();
    return { ...now(), fired };
  });
}

function serveFunctions(app: FastifyInstance, stack: Controllable): void {
  app.get('/functions', () => stack.status().functions);
  app.post('/functions/:name/invoke', async (request) =>
    stack.invoke(nameSchema.parse(request.params).name, request.body ?? {}),
  );

  app.get('/functions/:name/log', (request, reply) =>
    reply.type('text/plain').send(`${stack.log(nameSchema.parse(request.params).name).join('\n')}\n`),
  );
  app.post('/functions/:name/faults', (request, reply) => {
    const fault = faultSchema.parse(request.body);
    stack.plantFault(nameSchema.parse(request.params).name, fault);
    return reply.code(201).send(fault);
  });
  app.delete('/functions/faults', (_request, reply) => {
    stack.clearFaults();
    return reply.code(204).send();
  });
  app.get('/functions/:name/calls', (request) => {
    const { name } = nameSchema.parse(request.params);
    return { calls: stack.calls(name), grants: stack.grants(name) };
  });
  app.get('/failures', () => stack.failures());
  app.get('/metrics', () => stack.metrics());
  app.get('/metrics/points', (request) => stack.metricPoints(pointsSchema.parse(request.query).name));
  app.get('/alarms', () => stack.alarms());
}

function servePlaces(app: FastifyInstance, stack: Controllable): void {
  app.get('/events/:name', (request) => stack.events(nameSchema.parse(request.params).name));
  app.post('/events', (request) =>
    stack.putEvents(
      eventsSchema.parse(request.body).map(({ source, detail, bus, 'detail-type': detailType }) => ({
        Source: source,
        DetailType: detailType,
        Detail: JSON.stringify(detail),
        EventBusName: bus,
      })),
    ),
  );
  app.get('/queues/:name', (request) => stack.queue(nameSchema.parse(request.params).name).messages());
  app.post('/queues/:name', (request) => {
    const body = typeof request.body === 'string' ? request.body : JSON.stringify(request.body);
    return { messageId: stack.queue(nameSchema.parse(request.params).name).send(body) };
  });
  app.get('/tables/:name', async (request) => stack.items(nameSchema.parse(request.params).name));
  app.get('/buckets/:name', (request) => stack.bucket(nameSchema.parse(request.params).name).keys());
  app.get('/buckets/:name/*', (request, reply) => {
    const { name, '*': key } = z.object({ name: z.string(), '*': z.string() }).parse(request.params);
    const object = stack.bucket(name).get(key);
    if (object === undefined)
      return reply.code(404).send({ message: `There is no object ${key}. GET /buckets/${name} lists the keys.` });
    return reply.type('application/json').send(object);
  });
}
