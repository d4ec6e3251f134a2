// One execution environment of a Lambda function. This is JavaScript because a worker thread does not use the TypeScript
// loader of its parent process.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { recordRequests } from './record-requests.mjs';

const { codeFolder, handler, clockOffset, context } = workerData;

moveDate(new BigInt64Array(clockOffset));
recordRequests((request) => parentPort.postMessage({ kind: 'request', request }));
const ready = loadHandler();
await ready.then(
  () => parentPort.postMessage({ kind: 'ready' }),
  (error) => parentPort.postMessage({ kind: 'ready', initError: describe(error) }),
);

parentPort.on('message', async ({ payload, requestId, deadlineMs }) => {
  try {
    const handle = await ready;
    const result = await handle(JSON.parse(payload), contextOf(requestId, deadlineMs));
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

/** Makes `Date` return simulated time: the machine's time plus an offset in memory that the clock shares. */
function moveDate(offset) {
  const machineNow = Date.now.bind(Date);
  const now = () => machineNow() + Number(Atomics.load(offset, 0));
  const moved = new Proxy(Date, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: (target) => new target(now()).toString(),
  });
  Date.now = now;
  Date.prototype.constructor = moved;
  globalThis.Date = moved;
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

function contextOf(awsRequestId, deadlineMs) {
  return {
    ...context,
    awsRequestId,
    callbackWaitsForEmptyEventLoop: true,
    // Machine time: setting the simulated clock does not shorten an invocation.
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadlineMs - performance.timeOrigin - performance.now())),
  };
}

function describe(error) {
  return error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };
}
