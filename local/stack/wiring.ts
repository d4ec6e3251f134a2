import * as z from 'zod';
import { Bucket } from './buckets';
import { createRule, EventBuses, type Rule } from './event-bus';
import { createFunction, functionByArn, type FunctionContext, type LambdaFunction } from './functions';
import { QueueMapping } from './queue-mapping';
import { Queue } from './queues';
import type { Resource, Resources } from './resources';
import { StreamMapping, type StreamSource } from './stream-mapping';
import { createTable, type Table, type TableContext } from './tables';
import { Topics } from './topics';

/** The template's resources, created and connected but not running yet. */
export interface Components {
  tables: Table[];
  functions: LambdaFunction[];
  queues: Queue[];
  buckets: Bucket[];
  rules: Rule[];
  buses: EventBuses;
  topics: Topics;
  mappings: (StreamMapping | QueueMapping)[];
  /** The resources of the mappings. */
  eventSources: Resource[];
}

export interface WiringContext extends FunctionContext, TableContext {
  streams: StreamSource;
  /** The folder for the objects of buckets. Undefined: memory only. */
  bucketFolder: string | undefined;
}

const mappingSchema = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }).optional() }).default({}),
});
const invokeConfigSchema = z.object({
  FunctionName: z.string(),
  MaximumRetryAttempts: z.coerce.number().optional(),
  DestinationConfig: z
    .undefined('the local stack does not support destinations of asynchronous invocations')
    .optional(),
});

export async function createComponents(resources: Resources, context: WiringContext): Promise<Components> {
  const { clock, activity } = context;
  const functions = resources.ofType('AWS::Lambda::Function').map((resource) => createFunction(resource, context));
  for (const { properties } of resources.ofType('AWS::Lambda::EventInvokeConfig')) {
    const { FunctionName, MaximumRetryAttempts } = invokeConfigSchema.parse(properties);
    const target = requireFunction(functions, FunctionName);
    target.asyncRetries = MaximumRetryAttempts ?? target.asyncRetries;
  }
  const queues = resources.ofType('AWS::SQS::Queue').map((resource) => new Queue(resource, clock));
  for (const queue of queues) {
    queue.deadLetterQueue = queues.find(({ arn }) => arn === queue.deadLetterArn);
  }
  const buckets = resources
    .ofType('AWS::S3::Bucket')
    .map((resource) => new Bucket(resource, { folder: context.bucketFolder, now: () => clock.now() }));
  const rules = resources.ofType('AWS::Events::Rule').map((resource) => createRule(resource, { functions, queues }));
  const buses = new EventBuses({
    names: resources.ofType('AWS::Events::EventBus').map(({ physicalName }) => physicalName),
    rules,
    activity,
    now: () => clock.now(),
  });
  const tables = await Promise.all(
    resources
      .ofType('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable')
      .map((resource) => createTable(resource, context)),
  );
  const made = { tables, functions, queues, buckets };
  const eventSources = resources.ofType('AWS::Lambda::EventSourceMapping');
  const mappings = eventSources.map(({ properties }) => createMapping(properties, { made, context }));
  const topics = new Topics(resources.ofType('AWS::SNS::Subscription'), { queues, now: () => clock.now() });
  return { ...made, rules, buses, topics, mappings, eventSources };
}

type Made = Pick<Components, 'tables' | 'functions' | 'queues' | 'buckets'>;

export function createMapping(
  properties: Record<string, unknown>,
  { made, context }: { made: Made; context: WiringContext },
): StreamMapping | QueueMapping {
  const { EventSourceArn, FunctionName, DestinationConfig } = mappingSchema.parse(properties);
  const { activity, clock, streams } = context;
  const target = requireFunction(made.functions, FunctionName);
  const queue = made.queues.find(({ arn }) => arn === EventSourceArn);
  const now = () => clock.now();
  if (queue !== undefined) return new QueueMapping({ properties, queue, target, activity, now });
  const table = made.tables.find(({ arn }) => EventSourceArn.startsWith(`${arn}/stream/`));
  if (table?.streamArn === undefined)
    throw new Error(
      `An event source mapping reads ${EventSourceArn}, which is neither a table's stream nor a queue of the template.`,
    );
  return new StreamMapping({
    properties,
    target,
    activity,
    streams,
    now,
    stream: { name: table.name, templateArn: EventSourceArn, realArn: table.streamArn },
    keepDiscarded: onFailure(DestinationConfig.OnFailure?.Destination, made),
  });
}

/** A bucket keeps the whole invocation record. A queue, as on AWS, keeps only the metadata. */
function onFailure(destination: string | undefined, { buckets, queues }: Made) {
  if (destination === undefined) return undefined;
  const bucket = buckets.find(({ arn }) => arn === destination);
  if (bucket !== undefined) return (key: string, document: unknown) => bucket.put(key, JSON.stringify(document));
  const queue = queues.find(({ arn }) => arn === destination);
  if (queue === undefined)
    throw new Error(`An on-failure destination is neither a bucket nor a queue of the template: ${destination}`);
  return async (_key: string, document: unknown) => {
    const metadata = Object.entries(z.record(z.string(), z.unknown()).parse(document)).filter(([k]) => k !== 'payload');
    queue.send(JSON.stringify(Object.fromEntries(metadata)));
  };
}

function requireFunction(functions: LambdaFunction[], name: string): LambdaFunction {
  const found = functionByArn(functions, name);
  if (found === undefined) throw new Error(`The template refers to a function that it does not define: ${name}`);
  return found;
}
