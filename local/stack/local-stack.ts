import type { SimulatedClock } from '../../simulator';
import type { Failure } from './activity';
import type { AlarmState } from './alarms';
import type { AwsCall, PolicyGrant } from './aws-calls';
import type { Bucket } from './buckets';
import type { BusEvent, EntryResult, EventEntry } from './event-bus';
import type { FunctionFault } from './function-faults';
import type { InvocationResult } from './functions';
import type { MetricPoint } from './metrics';
import type { Queue } from './queues';
import type { Firing } from './schedules';
import type { StackStatus } from './status';

export interface StackUpdate {
  /** The folder that `cdk synth` wrote for the other version. */
  assembly: string;
  /**
   * Names of functions. Only these run the other version's code, and what the other version lacks stays: the stack in the
   * middle of a deployment. Default: all of it.
   */
  functions?: readonly string[];
}

export interface StackOptions {
  /** The folder that `cdk synth` wrote. Default: `cdk.out`. */
  assembly?: string;
  clock?: SimulatedClock;
  /** Default: any free port. */
  port?: number;
  /** Where functions call AWS Marketplace. Default: `AWS_ENDPOINT_URL_MARKETPLACE_METERING`, `…_ENTITLEMENT_SERVICE`. */
  marketplaceEndpoint?: string;
  /** Default: `AWS_ENDPOINT_URL_DYNAMODB`, or else the embedded DynamoDB, which starts and stops with the stack. */
  dynamodbEndpoint?: string;
  /** Where logs (`logs/`) and S3 objects (`s3/`) are written. Default: memory only. */
  folder?: string;
  /** Receives everything that functions print. */
  log?(source: string, text: string): void;
  /** Fires schedules as simulated time passes. Default: only on request. */
  tick?: boolean;
  /** Throttles calls of the API while the clock stands, too. Default: only while it runs. */
  throttles?: boolean;
  environment?: Record<string, string | undefined>;
}

/** A running stack. A name is a logical id, a physical name or part of a construct path (`meter-usage`). */
export interface LocalStack {
  /** The URL of the HTTP API. */
  url: string;
  controlUrl: string;
  /** The endpoint for EventBridge, SNS, S3 and SQS clients. */
  awsEndpoint: string;
  dynamodbEndpoint: string;
  clock: SimulatedClock;
  status(): StackStatus;
  /** The physical name of a table. */
  table(name: string): string;
  /** The first items of a table, in DynamoDB's JSON. */
  items(name: string): Promise<unknown[]>;
  invoke(name: string, event: unknown): Promise<InvocationResult>;
  log(name: string): string[];
  /** A function's AWS calls as IAM sees them: each action and resource once. */
  calls(name: string): (AwsCall & { times: number })[];
  /** What a function's role in the template allows. */
  grants(name: string): readonly PolicyGrant[];
  /** What a managed policy of the template allows. */
  managedPolicy(arn: string): PolicyGrant[];
  /** Enables or disables a schedule. */
  enableSchedule(name: string, enabled: boolean): void;
  /** Makes the next invocations of a function fail. */
  plantFault(name: string, fault: FunctionFault): void;
  /** Removes the planted faults of all functions. */
  clearFaults(): void;
  /** Fires a schedule now and waits for its functions. */
  fire(name: string): Promise<Firing>;
  /** Fires every schedule that is due. */
  fireDue(): Promise<Firing[]>;
  /** Drains, moves the clock past the next full hour and that hour's schedules, fires what is due, and drains again. */
  runHour(): Promise<Firing[]>;
  /** @throws Error that names what is not idle after the limit (default: four minutes). */
  drain(options?: { limitMs?: number }): Promise<void>;
  putEvents(entries: EventEntry[]): EntryResult[];
  events(busName: string): BusEvent[];
  queue(name: string): Queue;
  bucket(name: string): Bucket;
  failures(): Failure[];
  /** The latest point of each metric that functions wrote or AWS would measure. */
  metrics(): MetricPoint[];
  /** Every point of metrics with one of the names, oldest first, as far back as they are kept. */
  metricPoints(names: readonly string[]): MetricPoint[];
  /** The template's alarms, evaluated now. */
  alarms(): AlarmState[];
  /**
   * Deploys another version over this one. Tables, queues, buckets and buses keep their names and contents.
   * @throws Error that names what CloudFormation would replace or delete
   */
  update(update: StackUpdate): Promise<void>;
  stop(): Promise<void>;
}
