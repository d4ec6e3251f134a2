import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { SimulatedClock } from '../../simulator';
import type { Activity } from './activity';
import type { Alarms } from './alarms';
import { drain } from './drain';
import { grantsOf, managedPoliciesOf } from './grants';
import type { HttpApi } from './http-api';
import type { LocalStack } from './local-stack';
import type { Logs } from './logs';
import type { Metrics } from './metrics';
import { findNamed } from './names';
import type { Resources } from './resources';
import type { Schedules } from './schedules';
import type { StandardMetrics } from './standard-metrics';
import { statusOf } from './status';
import type { Template } from './template';
import type { Components } from './wiring';

/** The parts of a running stack. */
export interface Parts {
  components: Components;
  schedules: Schedules;
  activity: Activity;
  logs: Logs;
  clock: SimulatedClock;
  dynamoDb: DynamoDBClient;
  template: Template;
  resources: Resources;
  api: HttpApi | undefined;
  metrics: Metrics;
  standard: StandardMetrics;
  alarms: Alarms;
}

/** The addresses of a running stack, and the address of its AWS Marketplace. */
interface Addresses {
  url: string;
  dynamodbEndpoint: string;
  marketplaceEndpoint: string;
}

/** The interface of a running stack. */
export function surface(addresses: Addresses, parts: Parts): Omit<LocalStack, 'stop' | 'update'> {
  const { url, dynamodbEndpoint, marketplaceEndpoint: marketplace } = addresses;
  const { components, schedules, activity, logs, clock } = parts;
  const { tables, functions, queues, buckets, buses, mappings } = components;
  const drainAll = (limits?: { limitMs?: number }) => drain({ mappings, activity }, limits);
  const table = (name: string) => findNamed(tables, name).physicalName;
  return {
    url,
    controlUrl: `${url}/_stack`,
    awsEndpoint: `${url}/_aws`,
    dynamodbEndpoint,
    clock,
    table,
    status: () => ({ ...statusOf(parts), endpoints: { aws: `${url}/_aws`, dynamodb: dynamodbEndpoint, marketplace } }),
    items: async (name) => {
      const { Items } = await parts.dynamoDb.send(new ScanCommand({ TableName: table(name), Limit: 1000 }));
      return Items ?? [];
    },
    invoke: (name, event) => findNamed(functions, name).invoke(event),
    log: (name) => logs.tail(name === 'http-api' ? name : findNamed(functions, name).name),
    calls: (name) => findNamed(functions, name).calls.list(),
    grants: (name) => grantsOf(parts.template, parts.resources).get(findNamed(functions, name).logicalId) ?? [],
    managedPolicy: (arn) => managedPoliciesOf(parts.template, parts.resources).get(arn) ?? [],
    enableSchedule: (name, enabled) => schedules.enable(name, enabled),
    plantFault: (name, fault) => findNamed(functions, name).plantFault(fault),
    clearFaults: () => functions.forEach((each) => each.clearFaults()),
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
    metricPoints: (names) => parts.metrics.points(names),
    alarms: () => {
      parts.standard.sample(components);
      return parts.alarms.list();
    },
  };
}

function resolveBus({ resources }: Parts, busName: string): string {
  return findNamed(resources.ofType('AWS::Events::EventBus'), busName).physicalName;
}
