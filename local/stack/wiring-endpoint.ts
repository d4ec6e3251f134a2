import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Rule } from './event-bus';
import { parseJson } from './parse-json';
import type { Resource } from './resources';

/** What connects the parts of the stack. */
export interface Wiring {
  rules: readonly Rule[];
  eventSources: readonly Resource[];
}

const ruleRequest = z.union([z.object({ Name: z.string() }), z.object({ Rule: z.string() })]);
const mappingPath = /\/2015-03-31\/event-source-mappings\/([^/?]+)/;
const mappingProperties = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  Enabled: z.boolean().default(true),
});

/**
 * How the stack is wired: EventBridge's DescribeRule and ListTargetsByRule, Lambda's GetEventSourceMapping.
 * @returns whether the request was one of these.
 */
export function answerWiring(
  target: string,
  { request, reply, wiring }: { request: FastifyRequest; reply: FastifyReply; wiring: Wiring },
): boolean {
  const [, id] = request.method === 'GET' ? (mappingPath.exec(request.url) ?? []) : [];
  if (id === undefined && !/^AWSEvents\.(DescribeRule|ListTargetsByRule)$/.test(target)) return false;
  const answer = id === undefined ? answerRule(target, { request, wiring }) : mappingOf(wiring, id);
  reply.header('content-type', id === undefined ? 'application/x-amz-json-1.1' : 'application/json');
  if (answer === undefined) {
    const __type = 'ResourceNotFoundException';
    void reply
      .code(400)
      .header('x-amzn-errortype', __type)
      .send(JSON.stringify({ __type, message: 'Not found.' }));
  } else void reply.send(JSON.stringify(answer));
  return true;
}

function answerRule(target: string, { request, wiring }: { request: FastifyRequest; wiring: Wiring }) {
  const asked = ruleRequest.parse(parseJson(z.string().parse(request.body)));
  const name = 'Name' in asked ? asked.Name : asked.Rule;
  const rule = wiring.rules.find(({ physicalName }) => physicalName === name);
  if (rule === undefined) return undefined;
  if (target === 'AWSEvents.ListTargetsByRule') return { Targets: rule.targets };
  return {
    Name: name,
    Arn: rule.arn,
    EventBusName: rule.busName,
    State: rule.enabled ? 'ENABLED' : 'DISABLED',
    EventPattern: rule.pattern === undefined ? undefined : JSON.stringify(rule.pattern),
    ScheduleExpression: rule.schedule,
  };
}

function mappingOf({ eventSources }: Wiring, id: string) {
  const found = eventSources.find(({ physicalName }) => physicalName === id);
  if (found === undefined) return undefined;
  const { EventSourceArn, FunctionName, Enabled } = mappingProperties.parse(found.properties);
  return { UUID: id, EventSourceArn, FunctionArn: FunctionName, State: Enabled ? 'Enabled' : 'Disabled' };
}
