// Records a function's AWS requests as they leave. It runs in the function's thread, because every bundle includes its own
// SDK, and is JavaScript like the worker that loads it.
import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';

/** Calls `record` with every HTTP request of this thread as soon as it is complete. */
export function recordRequests(record) {
  for (const module of [http, https]) {
    const request = module.request;
    module.request = (...given) => watched(Reflect.apply(request, module, given), record);
  }
  // Makes named imports (`import { request } from 'node:http'`) see the change too.
  syncBuiltinESMExports();
}

function watched(request, record) {
  const chunks = [];
  const { write, end } = request;
  const keep = (chunk) => {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
  };
  request.write = (...given) => {
    keep(given[0]);
    return Reflect.apply(write, request, given);
  };
  request.end = (...given) => {
    keep(given[0]);
    const header = (name) => String(request.getHeader(name) ?? '');
    record({
      authorization: header('authorization'),
      target: header('x-amz-target'),
      method: request.method,
      path: request.path,
      body: Buffer.concat(chunks).toString('utf8'),
    });
    return Reflect.apply(end, request, given);
  };
  return request;
}
