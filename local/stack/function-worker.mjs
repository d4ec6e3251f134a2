// One execution environment of a Lambda function. This is JavaScript because a worker thread does not use the TypeScript
// loader of its parent process.
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { enableCompileCache, flushCompileCache, syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import timers from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { recordRequests } from './record-requests.mjs';

const { codeFolder, handler, clockMemory, context, compileCache } = workerData;
const clock = new BigInt64Array(clockMemory);
const clockRuns = Atomics.load(clock, 1) === 1n;

/**
 * On a standing clock: how long the invocation has waited, the time when it started or last went on, and what continues
 * when a wait is over. Waits that begin together end in the same order, however fast the first one moves the clock.
 */
let waitedMs = 0;
let wokenAtMs = 0;
const waits = new Map();

// Every environment of a function compiles the same bundle.
enableCompileCache(compileCache);
moveDate();
if (!clockRuns) waitOnTheClock();
recordRequests((request) => parentPort.postMessage({ kind: 'request', request }));
const ready = loadHandler();
await ready.then(
  () => {
    flushCompileCache();
    parentPort.postMessage({ kind: 'ready' });
  },
  (error) => parentPort.postMessage({ kind: 'ready', initError: describe(error) }),
);

parentPort.on('message', async (message) => {
  wokenAtMs = Date.now();
  if (message.kind === 'waited') return waits.get(message.id)();
  const { payload, requestId, timeoutMs } = message;
  waitedMs = 0;
  try {
    const handle = await ready;
    const result = await handle(JSON.parse(payload), contextOf(requestId, timeoutMs));
    await printed();
    // Lambda answers `null` when a handler returns nothing.
    parentPort.postMessage({ kind: 'result', payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    await printed();
    parentPort.postMessage({ kind: 'error', ...describe(error) });
  }
});

/** Flushes the handler's output, so that the parent has it before the answer, which takes another channel. */
async function printed() {
  await Promise.all([process.stdout, process.stderr].map((output) => new Promise((done) => output.write('', done))));
}

/** Makes `Date` return simulated time, from the memory that the clock shares. */
function moveDate() {
  const machineNow = Date.now.bind(Date);
  const now = () => Number(Atomics.load(clock, 0)) + (clockRuns ? machineNow() : 0);
  const moved = new Proxy(Date, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: (target) => new target(now()).toString(),
  });
  Date.now = now;
  Date.prototype.constructor = moved;
  globalThis.Date = moved;
}

/**
 * A standing clock would never reach the end of a wait. The function's waits (`timers/promises`) therefore take no real
 * time and move the clock instead. Ordinary timers stay: the SDK uses them to notice a connection that hangs.
 */
function waitOnTheClock() {
  timers.setTimeout = async (ms, value) => {
    const overAtMs = waitedMs + ms;
    const id = randomUUID();
    const over = new Promise((resolve) => waits.set(id, resolve));
    parentPort.postMessage({ kind: 'wait', id, untilMs: wokenAtMs + ms, waitedMs: overAtMs });
    await over;
    waits.delete(id);
    waitedMs = Math.max(waitedMs, overAtMs);
    return value;
  };
  // Makes named imports (`import { setTimeout } from 'node:timers/promises'`) see the change too.
  syncBuiltinESMExports();
}

async function loadHandler() {
  const separator = handler.lastIndexOf('.');
  const [module, name] = [handler.slice(0, separator), handler.slice(separator + 1)];
  const file = ['.mjs', '.js', '.cjs'].map((ending) => join(codeFolder, `${module}${ending}`)).find(existsSync);
  if (file === undefined) throw new Error(`Cannot find module '${module}' in ${codeFolder}`);
  const loaded = await import(pathToFileURL(file).href);
  const found = loaded[name] ?? loaded.default?.[name];
  if (typeof found !== 'function') throw new Error(`${handler} is undefined or not exported`);
  return found;
}

function contextOf(awsRequestId, timeoutMs) {
  const startedAtMs = performance.now();
  return {
    ...context,
    awsRequestId,
    callbackWaitsForEmptyEventLoop: true,
    // Setting the clock does not shorten an invocation: only time that passes while it runs does.
    getRemainingTimeInMillis: () =>
      Math.max(0, Math.round(timeoutMs - (clockRuns ? performance.now() - startedAtMs : waitedMs))),
  };
}

function describe(error) {
  return error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };
}
