import { join } from 'node:path';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { SimulatedClock } from '../clock';
import { Activity, type Failure } from './activity';
import { Alarms, type AlarmState } from './alarms';
import { type Assembly, readAssembly } from './assembly';
import type { Bucket } from './buckets';
import { drain } from './drain';
import { freePort, startDynamoDbLocal } from './dynamodb-local';
import type { BusEvent, EntryResult, EventEntry } from './event-bus';
import type { InvocationResult } from './functions';
import { createHttpApi, type HttpApi } from './http-api';
import { Logs } from './logs';
import { Metrics, type MetricPoint } from './metrics';
import { findNamed } from './names';
import type { Queue } from './queues';
import { REGION, resolveResources, type Resources } from './resources';
import { type Firing, Schedules } from './schedules';
import { listen } from './server';
import { StandardMetrics } from './standard-metrics';
import { deleteTable } from './tables';
import { createComponents, type Components } from './wiring';

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

export interface StackStatus {
  /** Where its AWS services are: what the operator's commands are pointed at. */
  endpoints: { aws: string; dynamodb: string; marketplace: string };
  /** As CloudFormation lists them: a queue's physical id is its address. */
  resources: { logicalId: string; type: string; physicalId: string }[];
  outputs: Record<string, unknown>;
  routes: HttpApi['routes'];
  tables: { name: string; physicalName: string }[];
  functions: { name: string; physicalName: string; log: string | undefined }[];
  queues: { name: string; messages: number; visible: number }[];
  buses: { name: string; events: number }[];
  schedules: ReturnType<Schedules['list']>;
  buckets: { name: string; objects: number }[];
  failures: number;
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
  /** Switches a schedule off, or on again. */
  enableSchedule(name: string, enabled: boolean): void;
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

/**
 * Runs the synthesized template on this machine.
 * @throws Error in words for a missing assembly, a resource that cannot be run, a port that is taken, Java missing.
 */
export async function startStack(options: StackOptions = {}): Promise<LocalStack> {
  const assembly = readAssembly(options.assembly ?? 'cdk.out');
  const environment = options.environment ?? process.env;
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const resources = resolveResources(assembly.template, { stackName: assembly.stackName, url });
  const given = options.dynamodbEndpoint ?? environment.AWS_ENDPOINT_URL_DYNAMODB;
  const dynamoDbLocal = given === undefined ? await startDynamoDbLocal() : undefined;
  const dynamodbEndpoint = given ?? dynamoDbLocal?.endpoint ?? '';
  const cleanup: (() => Promise<unknown> | unknown)[] = [() => dynamoDbLocal?.stop()];
  const stop = async () => {
    for (const clean of cleanup.splice(0).reverse()) await clean();
  };
  try {
    return await run({
      ownDynamoDb: given === undefined,
      assembly,
      options,
      environment,
      url,
      port,
      resources,
      dynamodbEndpoint,
      cleanup,
      stop,
    });
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Startup {
  assembly: Assembly;
  options: StackOptions;
  environment: Record<string, string | undefined>;
  url: string;
  port: number;
  resources: Resources;
  dynamodbEndpoint: string;
  ownDynamoDb: boolean;
  cleanup: (() => Promise<unknown> | unknown)[];
  stop(): Promise<void>;
}

async function run(startup: Startup): Promise<LocalStack> {
  const { assembly, options, resources, url, cleanup, dynamodbEndpoint } = startup;
  const clock = options.clock ?? new SimulatedClock();
  const activity = new Activity(() => clock.now());
  const metrics = new Metrics();
  const logs = new Logs({
    folder: options.folder && join(options.folder, 'logs'),
    sink: (source, text) => {
      metrics.read(text);
      options.log?.(source, text);
    },
  });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const dynamoDb = new DynamoDBClient({ endpoint: dynamodbEndpoint, region: REGION, credentials });
  const streams = new DynamoDBStreamsClient({ endpoint: dynamodbEndpoint, region: REGION, credentials });
  cleanup.push(
    () => logs.flush(),
    () => dynamoDb.destroy(),
    () => streams.destroy(),
  );
  const components = await createComponents(resources, {
    ...{ clock, activity, logs, dynamoDb, streams, assetFolder: assembly.assetFolder },
    endpoints: endpoints(startup),
    bucketFolder: options.folder && join(options.folder, 's3'),
  });
  cleanup.push(
    // A DynamoDB Local of our own forgets them by itself.
    () =>
      startup.ownDynamoDb ||
      Promise.all(components.tables.map((table) => deleteTable(table, dynamoDb).catch(() => undefined))),
    () => Promise.all(components.functions.map((each) => each.end())),
  );
  const standard = new StandardMetrics(metrics, () => clock.now());
  for (const bucket of components.buckets) standard.watchBucket(bucket);
  const bareApi = createHttpApi(resources, {
    functions: components.functions,
    secrets: { test: 'test' },
    now: () => clock.now(),
    log: (text) => logs.write('http-api', text),
  });
  const api = bareApi && standard.watchApi(bareApi);
  const alarms = new Alarms(resources.ofType('AWS::CloudWatch::Alarm'), { metrics, now: () => clock.now() });
  const schedules = new Schedules(components.rules, { clock, activity });
  cleanup.push(() => components.mappings.forEach((mapping) => mapping.stop()));
  const observed = { metrics, standard, alarms };
  const parts: Parts = { components, schedules, activity, logs, clock, dynamoDb, resources, api, ...observed };
  const stack = surface(startup, parts);
  const server = await listen(startup.port, { api, services: components, control: stack });
  cleanup.push(
    () => schedules.stop(),
    () => server.close(),
  );
  await Promise.all(components.mappings.map((mapping) => mapping.start()));
  if (options.tick ?? false) schedules.tick();
  return { ...stack, url, stop: startup.stop };
}

/** Functions reach nothing but this machine: what is not named here ends at this runner's own endpoint. */
function endpoints({ options, environment, url, dynamodbEndpoint }: Startup): Record<string, string> {
  const awsEndpoint = `${url}/_aws`;
  const marketplace = (name: string) => options.marketplaceEndpoint ?? environment[name] ?? awsEndpoint;
  return {
    AWS_ENDPOINT_URL: awsEndpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: awsEndpoint,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodbEndpoint,
    AWS_ENDPOINT_URL_MARKETPLACE_METERING: marketplace('AWS_ENDPOINT_URL_MARKETPLACE_METERING'),
    AWS_ENDPOINT_URL_MARKETPLACE_ENTITLEMENT_SERVICE: marketplace('AWS_ENDPOINT_URL_MARKETPLACE_ENTITLEMENT_SERVICE'),
  };
}

interface Parts {
  components: Components;
  schedules: Schedules;
  activity: Activity;
  logs: Logs;
  clock: SimulatedClock;
  dynamoDb: DynamoDBClient;
  resources: Resources;
  api: HttpApi | undefined;
  metrics: Metrics;
  standard: StandardMetrics;
  alarms: Alarms;
}

function surface(startup: Startup, parts: Parts): Omit<LocalStack, 'stop'> {
  const { url, dynamodbEndpoint } = startup;
  const { components, schedules, activity, logs, clock } = parts;
  const { tables, functions, queues, buckets, buses, mappings } = components;
  const marketplace = endpoints(startup).AWS_ENDPOINT_URL_MARKETPLACE_METERING ?? '';
  const drainAll = (limits?: { limitMs?: number }) => drain({ mappings, activity }, limits);
  const table = (name: string) => findNamed(tables, name).physicalName;
  return {
    ...{ url, controlUrl: `${url}/_stack`, awsEndpoint: `${url}/_aws`, dynamodbEndpoint, clock, table },
    status: () => ({ ...status(parts), endpoints: { aws: `${url}/_aws`, dynamodb: dynamodbEndpoint, marketplace } }),
    items: async (name) => {
      const { Items } = await parts.dynamoDb.send(new ScanCommand({ TableName: table(name), Limit: 1000 }));
      return Items ?? [];
    },
    invoke: (name, event) => findNamed(functions, name).invoke(event),
    breakFunction: (name, broken) => {
      findNamed(functions, name).broken = broken;
    },
    log: (name) => logs.tail(name === 'http-api' ? name : findNamed(functions, name).name),
    enableSchedule: (name, enabled) => schedules.enable(name, enabled),
    fire: (name) => schedules.fire(name),
    fireDue: () => schedules.fireDue(),
    runHour: async () => {
      await drainAll();
      clock.set(schedules.afterNextHour());
      const fired = await schedules.fireDue();
      await drainAll();
      return fired;
    },
    drain: drainAll,
    putEvents: (entries) => buses.putEvents(entries),
    events: (busName) => buses.events(busName === 'default' ? busName : resolveBus(parts, busName)),
    queue: (name) => findNamed(queues, name),
    bucket: (name) => findNamed(buckets, name),
    failures: () => activity.failures,
    metrics: () => {
      parts.standard.sample(components);
      return parts.metrics.latest();
    },
    alarms: () => {
      parts.standard.sample(components);
      return parts.alarms.list();
    },
  };
}

function resolveBus({ resources }: Parts, busName: string): string {
  return findNamed(resources.ofType('AWS::Events::EventBus'), busName).physicalName;
}

function status({ components, schedules, activity, logs, resources, api }: Parts): Omit<StackStatus, 'endpoints'> {
  const { tables, functions, queues, buckets, buses } = components;
  return {
    outputs: resources.outputs,
    resources: resources.all.map(({ logicalId, type }) => ({
      ...{ logicalId, type },
      physicalId: String(resources.resolver.resolve({ Ref: logicalId })),
    })),
    routes: api?.routes ?? [],
    tables: tables.map(({ name, physicalName }) => ({ name, physicalName })),
    functions: functions.map(({ name, physicalName }) => ({ name, physicalName, log: logs.file(name) })),
    queues: queues.map((queue) => ({
      ...{ name: queue.name, messages: queue.messages().length, visible: queue.visibleCount() },
    })),
    buses: buses.names().map((name) => ({ name, events: buses.events(name).length })),
    schedules: schedules.list(),
    buckets: buckets.map((bucket) => ({ name: bucket.name, objects: bucket.keys().length })),
    failures: activity.failures.length,
  };
}
