import type { Activity } from './activity';
import type { HttpApi } from './http-api';
import type { Logs } from './logs';
import type { Resources } from './resources';
import type { Schedules } from './schedules';
import type { Components } from './wiring';

/** A summary of a running stack. */
export interface StackStatus {
  /** The endpoints of its AWS services, which the operator's commands use. */
  endpoints: { aws: string; dynamodb: string; marketplace: string };
  /** As CloudFormation lists them: a queue's physical id is its URL. */
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

interface StatusParts {
  components: Components;
  schedules: Schedules;
  activity: Activity;
  logs: Logs;
  resources: Resources;
  api: HttpApi | undefined;
}

export function statusOf({
  components,
  schedules,
  activity,
  logs,
  resources,
  api,
}: StatusParts): Omit<StackStatus, 'endpoints'> {
  const { tables, functions, queues, buckets, buses } = components;
  return {
    outputs: resources.outputs,
    resources: resources.all.map(({ logicalId, type }) => ({
      logicalId,
      type,
      physicalId: String(resources.resolver.resolve({ Ref: logicalId })),
    })),
    routes: api?.routes ?? [],
    tables: tables.map(({ name, physicalName }) => ({ name, physicalName })),
    functions: functions.map(({ name, physicalName }) => ({ name, physicalName, log: logs.file(name) })),
    queues: queues.map((queue) => ({
      name: queue.name,
      messages: queue.messages().length,
      visible: queue.visibleCount(),
    })),
    buses: buses.names().map((name) => ({ name, events: buses.events(name).length })),
    schedules: schedules.list(),
    buckets: buckets.map((bucket) => ({ name: bucket.name, objects: bucket.keys().length })),
    failures: activity.failures.length,
  };
}
