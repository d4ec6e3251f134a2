import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import * as z from 'zod';
import type { SimulatedClock } from '../../simulator';
import { sentRequest, type SentRequest } from './aws-calls';
import type { FunctionFault, FunctionFaultKind } from './function-faults';
import { LONGEST_WAIT_MS } from './until';

/** A function as the template defines it. */
export interface FunctionDefinition {
  name: string;
  physicalName: string;
  logicalId: string;
  arn: string;
  codeFolder: string;
  handler: string;
  environment: Record<string, string>;
  timeoutSeconds: number;
  memoryMb: number;
  /** The number of concurrent invocations. Further ones wait. */
  concurrency: number;
}

export type InvocationResult = { ok: true; payload: unknown } | FailedInvocation;

interface FailedInvocation {
  ok: false;
  errorType: string;
  errorMessage: string;
  trace: string[];
  /** The planted fault that caused it. */
  planted?: FunctionFaultKind;
}

interface Surroundings {
  clock: SimulatedClock;
  log(text: string): void;
  /** Called with every request that the function sends. */
  sent(request: SentRequest): void;
}

const errorSchema = z.object({ errorType: z.string(), errorMessage: z.string(), trace: z.array(z.string()) });
const messageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), initError: errorSchema.optional() }),
  z.object({ kind: z.literal('request'), request: sentRequest }),
  z.object({ kind: z.literal('wait'), id: z.string(), untilMs: z.number(), waitedMs: z.number() }),
  z.object({ kind: z.literal('result'), payload: z.string() }),
  errorSchema.extend({ kind: z.literal('error') }),
]);

/** Node's own place for it. A thread would not find it, because it has the function's environment. */
const COMPILE_CACHE = join(tmpdir(), 'node-compile-cache');

interface Invocation {
  requestId: string;
  timeoutMs: number;
  answer(result: InvocationResult): void;
}

/**
 * A worker thread that runs a function's bundle, one invocation at a time, until it dies or is ended.
 *
 * An invocation times out on the simulated clock. While the clock runs, that is machine time. While it stands, only the
 * function's own waits count, so that a slow machine times nothing out; a function that never ends is reported as hanging.
 */
export class ExecutionEnvironment {
  readonly #worker: Worker;
  readonly #clock: SimulatedClock;
  readonly #definition: FunctionDefinition;
  readonly #ready: Promise<void>;
  #current: Invocation | undefined;
  #dead: InvocationResult | undefined;

  constructor(definition: FunctionDefinition, { clock, log, sent }: Surroundings) {
    this.#definition = definition;
    this.#clock = clock;
    const { codeFolder, handler, environment, memoryMb } = definition;
    this.#worker = new Worker(new URL('./function-worker.mjs', import.meta.url), {
      workerData: {
        codeFolder,
        handler,
        clockMemory: clock.memory,
        context: staticContext(definition),
        compileCache: COMPILE_CACHE,
      },
      env: environment,
      // Without the parent's arguments, which would load its TypeScript loader.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
      stdout: true,
      stderr: true,
    });
    for (const output of [this.#worker.stdout, this.#worker.stderr]) {
      output.setEncoding('utf8').on('data', (text: string) => log(text));
    }
    this.#ready = new Promise((resolve) => {
      this.#worker.on('message', (raw: unknown) => {
        const message = messageSchema.parse(raw);
        if (message.kind === 'ready') {
          if (message.initError !== undefined) this.#die({ ok: false, ...message.initError });
          resolve();
        } else if (message.kind === 'request') {
          sent(message.request);
        } else if (message.kind === 'wait') {
          this.#wait(message);
        } else if (message.kind === 'result') {
          const payload: unknown = JSON.parse(message.payload);
          this.#current?.answer({ ok: true, payload });
        } else {
          const { errorType, errorMessage, trace } = message;
          this.#current?.answer({ ok: false, errorType, errorMessage, trace });
        }
      });
      this.#worker.on('error', (error) => {
        this.#die({ ok: false, errorType: error.name, errorMessage: error.message, trace: [error.stack ?? ''] });
        resolve();
      });
      this.#worker.on('exit', (code) => {
        this.#die(failure('Runtime.ExitError', `Runtime exited with error: exit status ${code}`));
        resolve();
      });
    });
  }

  get alive(): boolean {
    return this.#dead === undefined;
  }

  async invoke(payload: string, requestId: string, fault?: FunctionFault): Promise<InvocationResult> {
    // As on AWS, the time to load the module does not count.
    await this.#ready;
    const timeoutMs = (fault?.kind === 'timeout' ? fault.ms : undefined) ?? this.#definition.timeoutSeconds * 1000;
    const answered = new Promise<InvocationResult>((resolve) => {
      this.#current = { requestId, timeoutMs, answer: resolve };
      if (this.#dead !== undefined) resolve(this.#dead);
    });
    const timers = [this.#timer({ requestId, timeoutMs, isPlanted: fault?.kind === 'timeout' })];
    if (fault?.kind === 'kill') timers.push(setTimeout(() => this.#die(killed('kill')), fault.ms ?? 0));
    if (this.#dead === undefined) this.#worker.postMessage({ kind: 'invoke', payload, requestId, timeoutMs });
    const result = await answered;
    for (const timer of timers) clearTimeout(timer);
    this.#current = undefined;
    if (!result.ok) return fault?.kind === 'timeout' ? { ...result, planted: fault.kind } : result;
    if (fault?.kind !== 'loseAnswer') return result;
    this.#die(killed('loseAnswer'));
    return killed('loseAnswer');
  }

  /** A planted timeout strikes in machine time even while the clock stands, because it has to hit work in progress. */
  #timer(limit: { requestId: string; timeoutMs: number; isPlanted: boolean }): NodeJS.Timeout {
    const { requestId, timeoutMs, isPlanted } = limit;
    if (isPlanted || this.#clock.runs) return setTimeout(() => this.#die(timedOut(requestId, timeoutMs)), timeoutMs);
    return setTimeout(() => this.#die(hangs()), LONGEST_WAIT_MS);
  }

  /** The function waits: a standing clock moves on to the end of the wait at once. */
  #wait({ id, untilMs, waitedMs }: { id: string; untilMs: number; waitedMs: number }): void {
    const leftMs = untilMs - this.#clock.now();
    if (leftMs > 0) this.#clock.advance(leftMs);
    const { requestId = '', timeoutMs = Infinity } = this.#current ?? {};
    if (waitedMs >= timeoutMs) this.#die(timedOut(requestId, timeoutMs));
    else this.#worker.postMessage({ kind: 'waited', id });
  }

  async end(): Promise<void> {
    this.#die(ENDED);
    await this.#worker.terminate();
  }

  #die(reason: InvocationResult): void {
    if (this.#dead !== undefined) return;
    this.#dead = reason;
    this.#current?.answer(reason);
    void this.#worker.terminate();
  }
}

export const ENDED = failure('Runtime.Ended', 'The local stack was stopped.');

function timedOut(requestId: string, timeoutMs: number): FailedInvocation {
  const after = `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
  return failure('Sandbox.Timedout', `${new Date().toISOString()} ${requestId} ${after}`);
}

function hangs(): FailedInvocation {
  const sentence = `The function hangs: it has not answered for ${LONGEST_WAIT_MS / 1000} s of real time`;
  return failure('Local.FunctionHangs', `${sentence}. Its timeout cannot strike, because the simulated clock stands.`);
}

function killed(planted: FunctionFaultKind): FailedInvocation {
  return { ...failure('Runtime.ExitError', 'The execution environment was killed by a planted fault'), planted };
}

function failure(errorType: string, errorMessage: string): FailedInvocation {
  return { ok: false, errorType, errorMessage, trace: [] };
}

function staticContext({ physicalName, arn, memoryMb }: FunctionDefinition): Record<string, string> {
  return {
    functionName: physicalName,
    functionVersion: '$LATEST',
    invokedFunctionArn: arn,
    memoryLimitInMB: String(memoryMb),
    logGroupName: `/aws/lambda/${physicalName}`,
    logStreamName: 'local',
  };
}
