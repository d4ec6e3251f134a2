import type { SimulatedClock } from '../../simulator';
import type { Failure } from './activity';
import type { AlarmState } from './alarms';
import type { AwsCall } from './aws-calls';
import type { Bucket } from './buckets';
import type { BusEvent, EntryResult, EventEntry } from './event-bus';
import type { FunctionFault } from './function-faults';
import type { InvocationResult } from './functions';
import type { MetricPoint } from './metrics';
import type { Queue } from './queues';
import type { Firing } from './schedules';
import type { StackStatus } from './status';

export interface StackOptions {
  /** The folder `cdk synth` wrote. Default: `cdk.out`. */
  assembly?: string;
  clock?: SimulatedClock;
  /** Default: any free port. */
  port?: number;
  /** Where functions find AWS Marketplace. Default: `AWS_ENDPOINT_URL_MARKETPLACE_METERING` and `…_ENTITLEMENT_SERVICE`. */
  marketplaceEndpoint?: string;
  /** Default: `AWS_ENDPOINT_URL_DYNAMODB`; without it a DynamoDB Local is started, and stopped with the stack. */
  dynamodbEndpoint?: string;
  /** Where logs (`logs/`) and S3 objects (`s3/`) are written. Default: memory only. */
  folder?: string;
  /** Told everything a function prints. */
  log?(source: string, text: string): void;
  /** Fires schedules by themselves as the simulated time goes by. Default: only when asked. */
  tick?: boolean;
  environment?: Record<string, string | undefined>;
}

/** A running stack. Names are logical ids, physical names, or parts of the construct path (`meter-usage`). */
export interface LocalStack {
  /** The HTTP API. */
  url: string;
  controlUrl: string;
  /** What an EventBridge client is pointed at. */
  awsEndpoint: string;
  dynamodbEndpoint: string;
  clock: SimulatedClock;
  status(): StackStatus;
  /** The physical name of a table. */
  table(name: string): string;
  /** The first items of a table, in DynamoDB's JSON. */
  items(name: string): Promise<unknown[]>;
  invoke(name: string, event: unknown): Promise<InvocationResult>;
  /** Lets every invocation of a function fail, or no longer. */
  breakFunction(name: string, broken: boolean): void;
  log(name: string): string[];
  /** What a function has asked of AWS, as IAM sees it: each action and resource once. */
  calls(name: string): (AwsCall & { times: number })[];
  /** What its role in the template allows. */
  grants(name: string): AwsCall[];
  /** Switches a schedule off, or on again. */
  enableSchedule(name: string, enabled: boolean): void;
  /** Makes invocations of a function die, run out of time or lose their answer. */
  plantFault(name: string, fault: FunctionFault): void;
  /** Of all functions. */
  clearFaults(): void;
  /** Fires a schedule now and waits for its functions. */
  fire(name: string): Promise<Firing>;
  /** Fires every schedule that the clock has made due. */
  fireDue(): Promise<Firing[]>;
  /** Drains, moves the clock past the next full hour and the hour's schedules, fires what is due, and drains again. */
  runHour(): Promise<Firing[]>;
  /** @throws Error that says what is not idle after the limit (default 60 s). */
  drain(options?: { limitMs?: number }): Promise<void>;
  putEvents(entries: EventEntry[]): EntryResult[];
  events(busName: string): BusEvent[];
  queue(name: string): Queue;
  bucket(name: string): Bucket;
  failures(): Failure[];
  /** The latest point of each metric that the functions wrote or that AWS would measure. */
  metrics(): MetricPoint[];
  /** The template's alarms, decided now. */
  alarms(): AlarmState[];
  stop(): Promise<void>;
}
