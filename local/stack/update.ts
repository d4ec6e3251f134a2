import { readAssembly } from './assembly';
import { createRule } from './event-bus';
import { createFunction } from './functions';
import type { StackUpdate } from './local-stack';
import { findNamed } from './names';
import { Queue } from './queues';
import { replacements } from './replacements';
import { type Resource, type Resources, resolveResources } from './resources';
import type { Parts } from './surface';
import { createMapping, type WiringContext } from './wiring';

export interface UpdateSurroundings {
  url: string;
  context: WiringContext;
  /** The parts that are made anew from a template. */
  made(resources: Resources): Pick<Parts, 'api' | 'alarms'>;
}

/**
 * Deploys another version over a running stack. As CloudFormation does, it makes what is new, changes what is there in
 * place, and removes what is gone at the end. Other than CloudFormation, it keeps subscriptions of topics as they were.
 */
export async function updateStack(
  parts: Parts,
  { assembly: folder, functions }: StackUpdate,
  { url, context, made }: UpdateSurroundings,
): Promise<void> {
  const assembly = readAssembly(folder);
  refuseLosses(parts, assembly.template);
  const { stackName, template } = assembly;
  const resources = resolveResources(template, { stackName, url, suffix: parts.resources.suffix });
  const version: Version = { parts, resources, context: { ...context, assetFolder: assembly.assetFolder } };
  addQueues(version);
  updateFunctions(version, functions);
  if (functions !== undefined) return;
  updateRules(version);
  const { api, alarms } = made(resources);
  // The server and the control API hold these objects.
  Object.assign(parts, { resources, template, alarms });
  if (parts.api && api) Object.assign(parts.api, api);
  await updateMappings(version);
  const queues = resources.ofType('AWS::SQS::Queue');
  removeMissing(parts.components.queues, queues);
}

interface Version {
  parts: Parts;
  resources: Resources;
  context: WiringContext;
}

/** An earlier version may have fewer queues: they go with their messages, as on AWS. Everything else has to stay. */
function refuseLosses({ template }: Parts, next: Parts['template']): void {
  const losses = replacements(template, next).filter(
    ({ type, property }) => type !== 'AWS::SQS::Queue' || property !== undefined,
  );
  if (losses.length === 0) return;
  const named = losses.map(({ logicalId, type, property = 'gone' }) => `${logicalId} (${type}: ${property})`);
  throw new Error(`The update would replace or delete ${named.join(', ')}, with what they hold.`);
}

function addQueues({ parts: { components, clock }, resources }: Version): void {
  const { queues } = components;
  const known = new Set(queues.map(({ logicalId }) => logicalId));
  const fresh = resources.ofType('AWS::SQS::Queue').filter(({ logicalId }) => !known.has(logicalId));
  queues.push(...fresh.map((resource) => new Queue(resource, clock)));
  for (const queue of queues) queue.deadLetterQueue = queues.find(({ arn }) => arn === queue.deadLetterArn);
}

function updateFunctions({ parts, resources, context }: Version, names: readonly string[] | undefined): void {
  const { functions } = parts.components;
  const fresh = resources.ofType('AWS::Lambda::Function').map((resource) => createFunction(resource, context));
  const wanted = names?.map((name) => findNamed(fresh, name)) ?? fresh;
  for (const each of wanted) {
    const running = functions.find(({ logicalId }) => logicalId === each.logicalId);
    if (running === undefined) functions.push(each);
    else running.update(each.definition);
  }
}

function updateRules({ parts: { components, schedules }, resources }: Version): void {
  const { rules, functions, queues } = components;
  for (const resource of resources.ofType('AWS::Events::Rule')) {
    const fresh = createRule(resource, { functions, queues });
    const running = rules.find(({ logicalId }) => logicalId === fresh.logicalId);
    if (running === undefined) rules.push(fresh);
    else Object.assign(running, fresh);
  }
  removeMissing(rules, resources.ofType('AWS::Events::Rule'));
  schedules.plan(rules);
}

async function updateMappings({ parts: { components }, resources, context }: Version): Promise<void> {
  const { mappings, eventSources } = components;
  const next = resources.ofType('AWS::Lambda::EventSourceMapping');
  const running = new Map(eventSources.map(({ logicalId }, n) => [logicalId, mappings[n]]));
  const made = next.map(({ logicalId, properties }) => {
    const known = running.get(logicalId);
    known?.update(properties);
    return { mapping: known ?? createMapping(properties, { made: components, context }), isNew: known === undefined };
  });
  for (const gone of mappings.filter((mapping) => made.every((each) => each.mapping !== mapping))) gone.stop();
  mappings.splice(0, mappings.length, ...made.map(({ mapping }) => mapping));
  eventSources.splice(0, eventSources.length, ...next);
  await Promise.all(made.filter(({ isNew }) => isNew).map(({ mapping }) => mapping.start()));
}

function removeMissing(running: { logicalId: string }[], next: readonly Resource[]): void {
  const ids = new Set(next.map(({ logicalId }) => logicalId));
  running.splice(0, running.length, ...running.filter(({ logicalId }) => ids.has(logicalId)));
}
