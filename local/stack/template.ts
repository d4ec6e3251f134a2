import * as z from 'zod';

/** The part of a CloudFormation template that defines resources and connects them. */
export const templateSchema = z.object({
  Parameters: z.record(z.string(), z.object({ Default: z.unknown().optional() })).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Condition: z.string().optional(),
      Properties: z.record(z.string(), z.unknown()).default({}),
      Metadata: z.object({ 'aws:cdk:path': z.string().optional() }).optional(),
    }),
  ),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown(), Condition: z.string().optional() })).default({}),
});
export type Template = z.infer<typeof templateSchema>;

/** The values of a template's references on this machine. */
export interface References {
  /** Pseudo parameters (`AWS::Region`) and values for parameters without a default. */
  parameters: Record<string, unknown>;
  ref(logicalId: string): string;
  attribute(logicalId: string, name: string): string;
}

export interface Resolver {
  /** Replaces every intrinsic function in a value by its result. */
  resolve(value: unknown): unknown;
  /** Whether a resource or output with this `Condition` exists. */
  holds(condition: string | undefined): boolean;
}

/** `AWS::NoValue`, which removes the property or element that holds it. */
const NO_VALUE = Symbol('AWS::NoValue');
const listSchema = z.array(z.unknown());
const textSchema = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** Resolves the intrinsic functions of one template, each only when needed. */
export function createResolver(template: Template, references: References): Resolver {
  const ref = (name: string): unknown => {
    if (name === 'AWS::NoValue') return NO_VALUE;
    if (name in references.parameters) return references.parameters[name];
    if (name in template.Resources) return references.ref(name);
    const parameter = template.Parameters[name];
    if (parameter?.Default === undefined) throw new Error(`Give the template's parameter ${name} a default.`);
    return parameter.Default;
  };
  const text = (value: unknown) => textSchema.parse(resolve(value));
  const list = (value: unknown) => listSchema.parse(resolve(value));
  const getAtt = (logicalId: string, name: string) => references.attribute(logicalId, name);

  const functions: Record<string, (argument: unknown) => unknown> = {
    Ref: (name) => ref(z.string().parse(name)),
    'Fn::GetAtt': (argument) => {
      const path = typeof argument === 'string' ? argument.split('.') : list(argument).map(String);
      return getAtt(path[0] ?? '', path.slice(1).join('.'));
    },
    'Fn::Sub': (argument) => substitute(argument, { text, ref, getAtt }),
    'Fn::Join': (argument) => {
      const [separator, parts] = z.tuple([z.string(), z.unknown()]).parse(argument);
      return list(parts).map(text).join(separator);
    },
    'Fn::Select': (argument) => {
      const [index, values] = z.tuple([z.unknown(), z.unknown()]).parse(argument);
      return list(values)[Number(text(index))];
    },
    'Fn::Split': (argument) => {
      const [separator, value] = z.tuple([z.string(), z.unknown()]).parse(argument);
      return text(value).split(separator);
    },
    'Fn::If': (argument) => {
      const [condition, whenTrue, whenFalse] = z.tuple([z.string(), z.unknown(), z.unknown()]).parse(argument);
      return resolve(holds(condition) ? whenTrue : whenFalse);
    },
    'Fn::FindInMap': (argument) => {
      const [map, first, second] = list(argument).map(text);
      return template.Mappings[map ?? '']?.[first ?? '']?.[second ?? ''];
    },
    'Fn::Base64': (argument) => Buffer.from(text(argument)).toString('base64'),
    'Fn::Equals': (argument) => {
      const [left, right] = list(argument);
      return JSON.stringify(left) === JSON.stringify(right);
    },
    'Fn::And': (argument) => list(argument).every(Boolean),
    'Fn::Or': (argument) => list(argument).some(Boolean),
    'Fn::Not': (argument) => !list(argument)[0],
    Condition: (name) => holds(z.string().parse(name)),
  };

  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve).filter((element) => element !== NO_VALUE);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (entries.length === 1 && only !== undefined && isIntrinsic(only)) {
      const implementation = functions[only[0]];
      if (implementation === undefined) throw new Error(`The local stack does not support ${only[0]}.`);
      return implementation(only[1]);
    }
    return Object.fromEntries(
      entries.map(([key, inner]) => [key, resolve(inner)]).filter(([, inner]) => inner !== NO_VALUE),
    );
  };
  const holds = (condition: string | undefined): boolean => {
    if (condition === undefined) return true;
    if (!(condition in template.Conditions)) throw new Error(`The template has no condition named ${condition}.`);
    return Boolean(resolve(template.Conditions[condition]));
  };
  return { resolve, holds };
}

/** The intrinsic `Condition` has a name as its value. A policy's `Condition` has an object and is plain data. */
function isIntrinsic([key, argument]: [string, unknown]): boolean {
  return key === 'Ref' || key.startsWith('Fn::') || (key === 'Condition' && typeof argument === 'string');
}

interface Lookups {
  text(value: unknown): string;
  ref(name: string): unknown;
  getAtt(logicalId: string, name: string): string;
}

function substitute(argument: unknown, { text, ref, getAtt }: Lookups): string {
  const [pattern, variables] =
    typeof argument === 'string'
      ? [argument, {}]
      : z.tuple([z.string(), z.record(z.string(), z.unknown())]).parse(argument);
  return pattern.replaceAll(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    if (Object.hasOwn(variables, name)) return text(variables[name]);
    const [logicalId = '', ...attribute] = name.split('.');
    return attribute.length > 0 ? getAtt(logicalId, attribute.join('.')) : textSchema.parse(ref(name));
  });
}
