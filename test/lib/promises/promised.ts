import { isDeepStrictEqual } from 'node:util';
import type { Template } from 'aws-cdk-lib/assertions';

/** A resource of a template, with references as the names of the resources that they refer to. */
export interface Resource {
  Type: string;
  Properties: ReturnType<Template['findResources']>[string];
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}

/** What the template promises about resources of one type: readable lines, written out for each resource. */
export interface Promised {
  type: string;
  /** What each of these resources has, besides its lines. */
  always?: object;
  lines: Readonly<Record<string, string | readonly string[]>>;
  read(resource: Resource): string | readonly string[];
}

/** The resources of a template, by logical id. */
export type Resources = Readonly<Record<string, unknown>>;

/** `SaasUsageEventsTableF4BC46C5` is called `UsageEventsTable`, and an alarm by the last part of its id. */
export function nameOf(logicalId: string): string {
  return logicalId.replace(/^Saas(ObservationAlarms(?=[A-Z]))?/, '').replace(/[0-9A-F]{8}$/, '');
}

/** Every resource by its name. */
export function resourcesOf(resources: Resources): Map<string, Resource> {
  return new Map(Object.entries(resources).map(([id, resource]) => [nameOf(id), readable(resource)]));
}

export function readable(resource: unknown): Resource {
  const { Properties = {}, ...rest } = plain(resource) as Partial<Resource> & { Type: string };
  return { ...rest, Properties };
}

/** The value with intrinsic functions as text. An ARN reads like the resource, any other attribute like a field of it. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const [[name, argument] = [], ...others] = Object.entries(value);
  if (others.length === 0) {
    if (name === 'Ref') return nameOf(String(argument));
    if (name === 'Fn::Join' && Array.isArray(argument))
      return (plain(argument[1]) as unknown[]).join(String(argument[0]));
    if (name === 'Fn::GetAtt' && Array.isArray(argument)) {
      const [id, attribute] = argument.map(String);
      return attribute === 'Arn' ? nameOf(id ?? '') : `${nameOf(id ?? '')}.${attribute}`;
    }
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/** Whether a resource of a template is as promised. A resource that cannot be read is not. */
export function isAsPromised({ always = {}, lines, read }: Promised, name: string, given: object): boolean {
  try {
    const resource = readable(given);
    return contains(resource, always) && isDeepStrictEqual(read(resource), lines[name]);
  } catch {
    return false;
  }
}

function contains(value: unknown, expected: unknown): boolean {
  if (typeof expected !== 'object' || expected === null || Array.isArray(expected))
    return isDeepStrictEqual(value, expected);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(expected).every(([key, inner]) => contains(Reflect.get(value, key), inner));
}

interface Statement {
  Sid?: string;
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Principal?: unknown;
  Condition?: unknown;
}

/** `Allow sqs:SendMessage on Queue to {…} if {…}`, one a statement. */
export function statementLines(statements: readonly Statement[]): string[] {
  return statements.map(({ Effect, Action, Resource: resource, Principal, Condition }) => {
    const to = Principal === undefined ? '' : ` to ${JSON.stringify(Principal)}`;
    const when = Condition === undefined ? '' : ` if ${JSON.stringify(Condition)}`;
    return `${Effect} ${[Action].flat().join(', ')} on ${[resource].flat().join(', ')}${to}${when}`;
  });
}
