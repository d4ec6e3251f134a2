import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { SimulatedClock } from '../../simulator';
import type { Activity } from './activity';
import { RecordedCalls, type SentRequest } from './aws-calls';
import { ExecutionEnvironment, type FunctionDefinition, type InvocationResult } from './execution-environment';
import { FunctionFaults, type FunctionFault } from './function-faults';
import type { Logs } from './logs';
import type { Named } from './names';
import { REGION, type Resource } from './resources';

export type { InvocationResult };

/** Lambda runs an account's first thousand invocations at once; a machine of few cores is not helped by that. */
const DEFAULT_CONCURRENCY = 16;
/** What Lambda does with an asynchronous event whose function fails, unless an EventInvokeConfig says otherwise. */
const DEFAULT_ASYNC_RETRIES = 2;

const propertiesSchema = z.object({
  Code: z.object({ S3Key: z.string() }),
  Handler: z.string(),
  Timeout: z.coerce.number().default(3),
  MemorySize: z.coerce.number().default(128),
  Layers: z.array(z.unknown()).max(0, 'layers are not run locally').default([]),
  ReservedConcurrentExecutions: z.coerce.number().min(1).optional(),
  Environment: z
    .object({ Variables: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)) })
    .default({ Variables: {} }),
});

export interface FunctionContext {
  clock: SimulatedClock;
  activity: Activity;
  logs: Logs;
  assetFolder(s3Key: string): string;
  /** `AWS_ENDPOINT_URL_*`: where the SDK clients of every function are pointed. */
  endpoints: Record<string, string>;
}

/** Makes a function of a resource `AWS::Lambda::Function`. */
export function createFunction(resource: Resource, context: FunctionContext): LambdaFunction {
  const { Code, Handler, Timeout, MemorySize, Environment, ReservedConcurrentExecutions } = propertiesSchema.parse(
    resource.properties,
  );
  const { name, physicalName, logicalId, arn } = resource;
  return new LambdaFunction(
    {
      name,
      physicalName,
      logicalId,
      arn,
      codeFolder: context.assetFolder(Code.S3Key),
      handler: Handler,
      timeoutSeconds: Timeout,
      memoryMb: MemorySize,
      concurrency: ReservedConcurrentExecutions ?? DEFAULT_CONCURRENCY,
      environment: {
        AWS_REGION: REGION,
        AWS_DEFAULT_REGION: REGION,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_LAMBDA_FUNCTION_NAME: physicalName,
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MemorySize),
        AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${physicalName}`,
        AWS_LAMBDA_LOG_STREAM_NAME: 'local',
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        LAMBDA_TASK_ROOT: context.assetFolder(Code.S3Key),
        _HANDLER: Handler,
        ...context.endpoints,
        ...Environment.Variables,
      },
    },
    context,
  );
}

/** A Lambda function: execution environments are made as concurrency asks for them, and used again. */
export class LambdaFunction implements Named {
  /** Retries of an asynchronous event (a rule's target); the template's EventInvokeConfig sets it. */
  asyncRetries = DEFAULT_ASYNC_RETRIES;
  /** Every invocation fails, as after a bad deployment: for trying out what then happens. */
  broken = false;
  readonly #definition: FunctionDefinition;
  readonly #context: Pick<FunctionContext, 'clock' | 'activity' | 'logs'>;
  readonly #all = new Set<ExecutionEnvironment>();
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #faults = new FunctionFaults();
  readonly #calls = new RecordedCalls();
  #running = 0;

  constructor(definition: FunctionDefinition, context: Pick<FunctionContext, 'clock' | 'activity' | 'logs'>) {
    this.#definition = definition;
    this.#context = context;
  }

  get name(): string {
    return this.#definition.name;
  }
  get logicalId(): string {
    return this.#definition.logicalId;
  }
  get physicalName(): string {
    return this.#definition.physicalName;
  }
  get arn(): string {
    return this.#definition.arn;
  }
  get definition(): FunctionDefinition {
    return this.#definition;
  }

  /** Makes something go wrong with the invocations that follow. */
  plantFault(fault: FunctionFault): void {
    this.#faults.plant(fault);
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  /** What it has asked of AWS so far. */
  get calls(): RecordedCalls {
    return this.#calls;
  }

  /** Runs the handler once. A function that fails is an answer, not an exception. */
  async invoke(event: unknown): Promise<InvocationResult> {
    return this.#context.activity.during(`function ${this.name}`, () => this.#invoke(JSON.stringify(event)));
  }

  /** What Lambda does with an event nobody waits for: tries again when the function fails, then gives it up. */
  async invokeAsync(event: unknown): Promise<InvocationResult> {
    let result = await this.invoke(event);
    for (let retry = 0; retry < this.asyncRetries && !result.ok; retry += 1) result = await this.invoke(event);
    if (!result.ok) {
      const message = `gave up an event after ${this.asyncRetries + 1} attempts: ${result.errorMessage}`;
      this.#context.activity.fail({ kind: 'discarded', source: this.name, message });
    }
    return result;
  }

  async end(): Promise<void> {
    await Promise.all([...this.#all].map((environment) => environment.end()));
  }

  async #invoke(payload: string): Promise<InvocationResult> {
    const { activity, logs } = this.#context;
    if (this.#running >= this.#definition.concurrency) await new Promise<void>((free) => this.#waiting.push(free));
    this.#running += 1;
    const log = (text: string) => logs.write(this.name, text);
    const result = this.broken ? BROKEN : await this.#run(payload, log);
    this.#running -= 1;
    this.#waiting.shift()?.();
    if (!result.ok) {
      activity.fail({
        kind: result.planted === undefined ? 'functionError' : 'plantedFault',
        source: this.name,
        message: `${result.errorType}: ${result.errorMessage}`,
        fault: result.planted,
      });
      log([`ERROR ${result.errorType}: ${result.errorMessage}`, ...result.trace].join('\n'));
    }
    return result;
  }

  async #run(payload: string, log: (text: string) => void): Promise<InvocationResult> {
    const { clock } = this.#context;
    const sent = (request: SentRequest) => this.#calls.add(request);
    const environment = this.#idle.pop() ?? new ExecutionEnvironment(this.#definition, { clock, log, sent });
    this.#all.add(environment);
    const result = await environment.invoke(payload, randomUUID(), this.#faults.take());
    if (environment.alive) this.#idle.push(environment);
    else this.#all.delete(environment);
    return result;
  }
}

const BROKEN: InvocationResult = {
  ok: false,
  errorType: 'Broken',
  errorMessage: 'The function was broken on purpose, over the control API.',
  trace: [],
};

/** The function an ARN means: with or without a version or alias, or as API Gateway writes it. */
export function functionByArn(functions: LambdaFunction[], arnOrName: string): LambdaFunction | undefined {
  const plain = arnOrName.replace(/^arn:.*\/functions\/(arn:.*)\/invocations$/, '$1');
  return functions.find(
    ({ arn, physicalName }) => plain === physicalName || plain === arn || plain.startsWith(`${arn}:`),
  );
}
