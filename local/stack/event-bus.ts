import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Activity } from './activity';
import { compilePattern, type EventPattern } from './event-pattern';
import { functionByArn, type InvocationResult, type LambdaFunction } from './functions';
import type { Named } from './names';
import { parseJson } from './parse-json';
import type { Queue } from './queues';
import { ACCOUNT_ID, REGION, type Resource } from './resources';

/** An event as EventBridge delivers it to targets. */
export interface BusEvent {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  time: string;
  region: string;
  resources: string[];
  detail: Record<string, unknown>;
}

const propertiesSchema = z.object({
  State: z.string().default('ENABLED'),
  EventBusName: z.string().default('default'),
  EventPattern: z.unknown().optional(),
  ScheduleExpression: z.string().optional(),
  Targets: z
    .array(
      z.object({
        Arn: z.string(),
        Id: z.string(),
        Input: z.string().optional(),
        InputPath: z.undefined('the local stack does not support InputPath').optional(),
        InputTransformer: z.undefined('the local stack does not support InputTransformer').optional(),
      }),
    )
    .default([]),
});

type Target = (event: BusEvent) => Promise<InvocationResult>;

/** A rule: its pattern, its schedule or both, and its targets. */
export interface Rule extends Named {
  arn: string;
  enabled: boolean;
  busName: string;
  matches: EventPattern | undefined;
  /** As the template has it. */
  pattern: unknown;
  targets: { Id: string; Arn: string }[];
  schedule: string | undefined;
  send(event: BusEvent): Promise<InvocationResult[]>;
}

export function createRule(resource: Resource, reach: { functions: LambdaFunction[]; queues: Queue[] }): Rule {
  const { State, EventBusName, EventPattern, ScheduleExpression, Targets } = propertiesSchema.parse(
    resource.properties,
  );
  const senders = Targets.map(({ Arn, Input }): Target => {
    const content = (event: BusEvent): unknown => (Input === undefined ? event : JSON.parse(Input));
    const queue = reach.queues.find(({ arn }) => arn === Arn);
    if (queue !== undefined) {
      return async (event) => ({ ok: true, payload: queue.send(JSON.stringify(content(event))) });
    }
    const target = functionByArn(reach.functions, Arn);
    if (target === undefined)
      throw new Error(`The rule ${resource.name} has a target that the local stack does not support: ${Arn}`);
    return (event) => target.invokeAsync(content(event));
  });
  const { logicalId, name, physicalName, arn } = resource;
  return {
    logicalId,
    name,
    physicalName,
    arn,
    enabled: State.startsWith('ENABLED'),
    busName: EventBusName.split('/').at(-1) ?? EventBusName,
    matches: EventPattern === undefined ? undefined : compilePattern(EventPattern),
    pattern: EventPattern,
    targets: Targets.map(({ Id, Arn }) => ({ Id, Arn })),
    schedule: ScheduleExpression,
    send: (event) => Promise.all(senders.map((send) => send(event))),
  };
}

/** An entry of `PutEvents`. */
export const entrySchema = z.object({
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  EventBusName: z.string().optional(),
  Resources: z.array(z.string()).default([]),
  /** Epoch seconds on the wire. */
  Time: z.union([z.number(), z.date()]).optional(),
});
export type EventEntry = z.input<typeof entrySchema>;
export type EntryResult = { EventId: string } | { ErrorCode: string; ErrorMessage: string };

const KEPT_EVENTS = 10_000;
const detailSchema = z.record(z.string(), z.unknown());

/** The default bus and the buses of the template. Each keeps its latest events. */
export class EventBuses {
  readonly #events = new Map<string, BusEvent[]>();
  readonly #rules: Rule[];
  readonly #activity: Activity;
  readonly #now: () => number;

  constructor(options: { names: string[]; rules: Rule[]; activity: Activity; now(): number }) {
    for (const name of ['default', ...options.names]) this.#events.set(name, []);
    this.#rules = options.rules;
    this.#activity = options.activity;
    this.#now = options.now;
  }

  names(): string[] {
    return [...this.#events.keys()];
  }

  /** The events of a bus, oldest first. */
  events(busName: string): BusEvent[] {
    const events = this.#events.get(busName);
    if (events === undefined)
      throw new Error(`There is no event bus ${busName}. The buses are ${this.names().join(', ')}.`);
    return events;
  }

  /** Returns one result per entry, in order. Delivery follows: `drain` waits for it. */
  putEvents(entries: EventEntry[]): EntryResult[] {
    return entries.map((entry) => this.#put(entrySchema.parse(entry)));
  }

  #put(entry: z.output<typeof entrySchema>): EntryResult {
    const { Source, DetailType, Detail, Resources, Time, EventBusName = 'default' } = entry;
    const events = this.#events.get(EventBusName.split('/').at(-1) ?? '');
    if (events === undefined) return refused('ResourceNotFoundException', `Event bus ${EventBusName} does not exist.`);
    if (!Source)
      return refused('InvalidArgument', 'Parameter Source is not valid. Reason: Source is a required argument.');
    if (!DetailType) {
      return refused(
        'InvalidArgument',
        'Parameter DetailType is not valid. Reason: DetailType is a required argument.',
      );
    }
    if (!Detail)
      return refused('InvalidArgument', 'Parameter Detail is not valid. Reason: Detail is a required argument.');
    const detail = detailSchema.safeParse(parseJson(Detail));
    if (!detail.success) return refused('MalformedDetail', 'Detail is malformed.');
    const time = Time instanceof Date ? Time.getTime() : Time === undefined ? this.#now() : Time * 1000;
    const event = busEvent(
      { 'detail-type': DetailType, source: Source, resources: Resources, detail: detail.data },
      time,
    );
    events.push(event);
    if (events.length > KEPT_EVENTS) events.shift();
    const busName = EventBusName.split('/').at(-1);
    for (const rule of this.#rules.filter((r) => r.enabled && r.busName === busName && r.matches?.(event))) {
      void this.#activity.during(`rule ${rule.name}`, () => rule.send(event));
    }
    return { EventId: event.id };
  }
}

/** The event of a schedule. Its time is the time at which it was due. */
export function scheduledEvent(rule: Rule, dueAtMs: number): BusEvent {
  const source = 'aws.events';
  return busEvent({ 'detail-type': 'Scheduled Event', source, resources: [rule.arn], detail: {} }, dueAtMs);
}

function busEvent(
  content: Pick<BusEvent, 'detail-type' | 'source' | 'resources' | 'detail'>,
  epochMs: number,
): BusEvent {
  // EventBridge writes whole seconds.
  const time = new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
  return { version: '0', id: randomUUID(), account: ACCOUNT_ID, region: REGION, time, ...content };
}

function refused(ErrorCode: string, ErrorMessage: string): EntryResult {
  return { ErrorCode, ErrorMessage };
}
