import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { SimulatedClock } from '../../simulator';
import { Activity } from './activity';
import { Alarms } from './alarms';
import { type Assembly, readAssembly } from './assembly';
import { startEmbeddedDynamoDb, type EmbeddedDynamoDb } from '../dynamodb/wire/server';
import type { SentRequest } from './aws-calls';
import { freePort } from './free-port';
import { FunctionPermissions } from './function-permissions';
import { rolesOf } from './grants';
import { createHttpApi } from './http-api';
import type { LocalStack, StackOptions, StackUpdate } from './local-stack';
import { Logs } from './logs';
import { Metrics } from './metrics';
import { Principals } from './principals';
import { REGION, resolveResources, type Resources } from './resources';
import { Schedules } from './schedules';
import { listen } from './server';
import { StandardMetrics } from './standard-metrics';
import { surface, type Parts } from './surface';
import { deleteTable } from './tables';
import { updateStack } from './update';
import { createComponents, type WiringContext } from './wiring';

/**
 * Runs the synthesized template on this machine.
 * @throws Error that says what to do about a missing assembly, an unsupported resource or a taken port.
 */
export async function startStack(options: StackOptions = {}): Promise<LocalStack> {
  const assembly = readAssembly(options.assembly ?? 'cdk.out');
  const environment = options.environment ?? process.env;
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const resources = resolveResources(assembly.template, { stackName: assembly.stackName, url });
  const given = options.dynamodbEndpoint ?? environment.AWS_ENDPOINT_URL_DYNAMODB;
  const clock = options.clock ?? new SimulatedClock();
  const permissions = new FunctionPermissions();
  const refusalOf = (request: SentRequest) => permissions.refusalOf(request);
  const embedded = given === undefined ? await startEmbeddedDynamoDb({ now: () => clock.now(), refusalOf }) : undefined;
  const dynamodbEndpoint = given ?? embedded?.endpoint ?? '';
  const cleanup: (() => Promise<unknown> | unknown)[] = [() => embedded?.stop()];
  const stop = async () => {
    const failures: unknown[] = [];
    for (const clean of cleanup.splice(0).reverse()) {
      try {
        await clean();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'The local stack did not stop cleanly.');
  };
  try {
    return await run({
      clock,
      embedded,
      permissions,
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
  permissions: FunctionPermissions;
  /** The tables are in the embedded DynamoDB, which goes by the stack's clock and ends with it. */
  embedded: EmbeddedDynamoDb | undefined;
  clock: SimulatedClock;
  cleanup: (() => Promise<unknown> | unknown)[];
  stop(): Promise<void>;
}

async function run(startup: Startup): Promise<LocalStack> {
  const { assembly, options, resources, url, cleanup, dynamodbEndpoint, embedded, clock } = startup;
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
  const client = new DynamoDBStreamsClient({ endpoint: dynamodbEndpoint, region: REGION, credentials });
  cleanup.push(
    () => logs.flush(),
    () => dynamoDb.destroy(),
    () => client.destroy(),
  );
  const context: WiringContext = {
    clock,
    activity,
    logs,
    dynamoDb,
    itemsExpire: embedded !== undefined,
    streams: { client, ...(embedded && { lengthOf: embedded.streamLength }) },
    assetFolder: assembly.assetFolder,
    endpoints: endpoints(startup),
    bucketFolder: options.folder && join(options.folder, 's3'),
  };
  const components = await createComponents(resources, context);
  cleanup.push(
    () =>
      embedded || Promise.all(components.tables.map((table) => deleteTable(table, dynamoDb).catch(() => undefined))),
    () => Promise.all(components.functions.map((each) => each.end())),
  );
  const standard = new StandardMetrics(metrics, () => clock.now());
  for (const bucket of components.buckets) standard.watchBucket(bucket);
  for (const fn of components.functions) standard.watchFunction(fn);
  const principals = new Principals(() => rolesOf(parts.template, parts.resources));
  const made = (from: Resources): Pick<Parts, 'api' | 'alarms'> => {
    const api = createHttpApi(from, {
      functions: components.functions,
      principals,
      clock,
      throttles: options.throttles ?? false,
      log: (text) => logs.write('http-api', text),
    });
    const alarms = new Alarms(from.ofType('AWS::CloudWatch::Alarm'), { metrics, now: () => clock.now() });
    return { api: api && standard.watchApi(api), alarms };
  };
  const schedules = new Schedules(components.rules, { clock, activity });
  cleanup.push(() => components.mappings.forEach((mapping) => mapping.stop()));
  const running = { components, schedules, activity, logs, clock, dynamoDb, template: assembly.template };
  const parts: Parts = { ...running, resources, metrics, standard, ...made(resources) };
  const marketplaceEndpoint = endpoints(startup).AWS_ENDPOINT_URL_MARKETPLACE_METERING ?? '';
  const stack = surface({ url, dynamodbEndpoint, marketplaceEndpoint }, parts);
  startup.permissions.deployed = () => parts;
  const services = { ...components, principals, permissions: startup.permissions };
  const server = await listen(startup.port, { api: parts.api, services, control: stack });
  cleanup.push(
    () => schedules.stop(),
    () => server.close(),
  );
  await Promise.all(components.mappings.map((mapping) => mapping.start()));
  if (options.tick ?? false) schedules.tick();
  const update = (wanted: StackUpdate) => updateStack(parts, wanted, { url, context, made });
  return { ...stack, update, stop: startup.stop };
}

/** Keeps functions on this machine: a service that is not listed here gets the local AWS endpoint. */
function endpoints({ options, environment, url, dynamodbEndpoint }: Startup): Record<string, string> {
  const awsEndpoint = `${url}/_aws`;
  const marketplace = (name: string) => options.marketplaceEndpoint ?? environment[name] ?? awsEndpoint;
  return {
    AWS_ENDPOINT_URL: awsEndpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: awsEndpoint,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodbEndpoint,
    AWS_ENDPOINT_URL_MARKETPLACE_METERING: marketplace('AWS_ENDPOINT_URL_MARKETPLACE_METERING'),
    AWS_ENDPOINT_URL_MARKETPLACE_AGREEMENT: marketplace('AWS_ENDPOINT_URL_MARKETPLACE_AGREEMENT'),
    AWS_ENDPOINT_URL_MARKETPLACE_ENTITLEMENT_SERVICE: marketplace('AWS_ENDPOINT_URL_MARKETPLACE_ENTITLEMENT_SERVICE'),
  };
}
