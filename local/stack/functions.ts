import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { SimulatedClock } from '../../simulator';
import type { Activity } from './activity';
import { RecordedCalls, type SentRequest } from './aws-calls';
import { keyOfFunction } from './function-permissions';
import { ENDED, ExecutionEnvironment, type FunctionDefinition, type InvocationResult } from './execution-environment';
import { FunctionFaults, type FunctionFault } from './function-faults';
import type { Logs } from './logs';
import type { Named } from './names';
import { REGION, type Resource } from './resources';

export type { InvocationResult };

/** Lambda runs up to 1,000 invocations at once. Here each is a thread that has to load the bundle, on a few cores. */
const DEFAULT_CONCURRENCY = 4;
/** Lambda's retries of a failed asynchronous invocation, unless an EventInvokeConfig sets them. */
const DEFAULT_ASYNC_RETRIES = 2;

const propertiesSchema = z.object({
  Code: z.object({ S3Key: z.string() }),
  Handler: z.string(),
  Timeout: z.coerce.number().default(3),
  MemorySize: z.coerce.number().default(128),
  Layers: z.array(z.unknown()).max(0, 'the local stack does not support layers').default([]),
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
  /** The variables `AWS_ENDPOINT_URL_*`, which the SDK clients of every function use. */
  endpoints: Record<string, string>;
}

/** Creates the function of an `AWS::Lambda::Function`. */
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
        AWS_ACCESS_KEY_ID: keyOfFunction(logicalId),
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

/** A Lambda function. It creates execution environments as concurrency requires, and reuses them. */
export class LambdaFunction implements Named {
  /** Retries of an asynchronous invocation, such as a rule's. The template's EventInvokeConfig sets them. */
  asyncRetries = DEFAULT_ASYNC_RETRIES;
  #definition: FunctionDefinition;
  readonly #context: Pick<FunctionContext, 'clock' | 'activity' | 'logs'>;
  readonly #all = new Set<ExecutionEnvironment>();
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #faults = new FunctionFaults();
  readonly #calls = new RecordedCalls();
  readonly #observers: ((throttled: boolean) => void)[] = [];
  #running = 0;
  #ended = false;

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

  /** Runs another definition from the next invocation on. What runs now ends with the one that it began with. */
  update(definition: FunctionDefinition): void {
    this.#definition = definition;
    for (const idle of this.#idle.splice(0)) {
      this.#all.delete(idle);
      void idle.end();
    }
  }

  /** Makes the next invocations fail. */
  plantFault(fault: FunctionFault): void {
    this.#faults.plant(fault);
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  /** Calls back at the end of each invocation. */
  onInvocation(observer: (throttled: boolean) => void): void {
    this.#observers.push(observer);
  }

  /** Every AWS call it has made so far. */
  get calls(): RecordedCalls {
    return this.#calls;
  }

  /** Runs the handler once. A failure is a result, not an exception. */
  async invoke(event: unknown): Promise<InvocationResult> {
    return this.#context.activity.during(`function ${this.name}`, () => this.#invoke(JSON.stringify(event)));
  }

  /** Runs the handler as Lambda does for an asynchronous event: it retries failures, then discards the event. */
  async invokeAsync(event: unknown): Promise<InvocationResult> {
    let result = await this.invoke(event);
    for (let retry = 0; retry < this.asyncRetries && !result.ok; retry += 1) result = await this.invoke(event);
    if (!result.ok) {
      const message = `discarded an event after ${this.asyncRetries + 1} attempts: ${result.errorMessage}`;
      this.#context.activity.fail({ kind: 'discarded', source: this.name, message });
    }
    return result;
  }

  /** Ends what runs. Later invocations fail, so that a retry does not start a worker that nobody ends. */
  async end(): Promise<void> {
    this.#ended = true;
    await Promise.all([...this.#all].map((environment) => environment.end()));
  }

  async #invoke(payload: string): Promise<InvocationResult> {
    const { activity, logs } = this.#context;
    if (this.#running >= this.#definition.concurrency) await new Promise<void>((free) => this.#waiting.push(free));
    this.#running += 1;
    const log = (text: string) => logs.write(this.name, text);
    const result = this.#ended ? ENDED : await this.#run(payload, { log, fault: this.#faults.take() });
    this.#running -= 1;
    this.#waiting.shift()?.();
    const throttled = !result.ok && result.planted === 'throttle';
    for (const observer of this.#observers) observer(throttled);
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

  async #run(
    payload: string,
    { log, fault }: { log(text: string): void; fault: FunctionFault | undefined },
  ): Promise<InvocationResult> {
    if (fault?.kind === 'fail') return FAILED;
    if (fault?.kind === 'throttle') return THROTTLED;
    const { clock } = this.#context;
    const sent = (request: SentRequest) => this.#calls.add(request);
    const definition = this.#definition;
    const environment = this.#idle.pop() ?? new ExecutionEnvironment(definition, { clock, log, sent });
    this.#all.add(environment);
    const result = await environment.invoke(payload, randomUUID(), fault);
    const isCurrent = definition === this.#definition;
    if (environment.alive && isCurrent) this.#idle.push(environment);
    else this.#all.delete(environment);
    if (!isCurrent) await environment.end();
    return result;
  }
}

const FAILED: InvocationResult = {
  ok: false,
  errorType: 'PlantedFault',
  errorMessage: 'The invocation failed because of a planted fault.',
  trace: [],
  planted: 'fail',
};

const THROTTLED: InvocationResult = {
  ok: false,
  errorType: 'TooManyRequestsException',
  errorMessage: 'Lambda has no concurrency left, because of a planted fault.',
  trace: [],
  planted: 'throttle',
};

/** Finds a function by name or ARN: with or without a version or alias, or in API Gateway's form. */
export function functionByArn(functions: LambdaFunction[], arnOrName: string): LambdaFunction | undefined {
  const plain = arnOrName.replace(/^arn:.*\/functions\/(arn:.*)\/invocations$/, '$1');
  return functions.find(
    ({ arn, physicalName }) => plain === physicalName || plain === arn || plain.startsWith(`${arn}:`),
  );
}
