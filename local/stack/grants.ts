import * as z from 'zod';
import type { PolicyGrant } from './aws-calls';
import type { TemplateRole } from './principals';
import type { Resources } from './resources';
import type { Template } from './template';

const isUseOfKey = z.object({ Action: z.array(z.string().startsWith('kms:')) });
const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
/** Strict: another condition, a denial or an exception would need more than an action, a resource and a key to compare. */
const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.literal('Allow'),
  Action: oneOrMore,
  Resource: oneOrMore,
});
/** The use of an encryption key is left out: nothing is encrypted on one machine. */
const withoutKeys = z.preprocess(
  (statements) =>
    Array.isArray(statements) ? statements.filter((each) => !isUseOfKey.safeParse(each).success) : statements,
  z.array(z.unknown()),
);
const leadingKeys = z.strictObject({ 'dynamodb:LeadingKeys': z.array(z.string()) });
const conditional = statement.extend({
  Condition: z
    .union([
      z.strictObject({ 'ForAllValues:StringLike': leadingKeys }),
      z.strictObject({ 'ForAllValues:StringEquals': leadingKeys }),
    ])
    .transform((condition) => Object.values(condition).flatMap((keys) => keys['dynamodb:LeadingKeys']))
    .optional(),
});
const document = z.object({ Statement: withoutKeys.pipe(z.array(conditional)) });
const policy = z.object({ PolicyDocument: document, Roles: z.array(z.string()).default([]) });
const role = z.object({
  AssumeRolePolicyDocument: z.unknown().optional(),
  Policies: z.array(z.object({ PolicyDocument: document })).default([]),
  ManagedPolicyArns: z.array(z.unknown()).max(0, 'the template does not say what a managed policy allows').default([]),
});
const lambda = z.object({ Role: z.string().optional() });

/**
 * The template's roles, with what their policies allow.
 * @throws Error for a statement or policy that is not supported.
 */
export function rolesOf({ Resources: all }: Template, { resolver }: Pick<Resources, 'resolver'>): TemplateRole[] {
  const resolved = (type: string) =>
    Object.entries(all)
      .filter(([, { Type, Condition }]) => Type === type && resolver.holds(Condition))
      .map(([logicalId, { Properties }]) => ({ logicalId, properties: resolver.resolve(Properties) }));
  const policies = resolved('AWS::IAM::Policy').map(({ properties }) => policy.parse(properties));
  return resolved('AWS::IAM::Role').map(({ logicalId, properties }) => {
    const name = z.string().parse(resolver.resolve({ Ref: logicalId }));
    const arn = z.string().parse(resolver.resolve({ 'Fn::GetAtt': [logicalId, 'Arn'] }));
    const attached = policies.filter(({ Roles }) => Roles.includes(name));
    const { Policies, AssumeRolePolicyDocument: trust } = role.parse(properties);
    const statements = [...Policies, ...attached].flatMap((each) => each.PolicyDocument.Statement);
    return { name, arn, trust, grants: statements.flatMap(toGrants) };
  });
}

/** What each function's role allows, by the function's logical id; nothing of one without a role. */
export function grantsOf(template: Template, resources: Resources): Map<string, readonly PolicyGrant[]> {
  const roles = rolesOf(template, resources);
  return new Map(
    resources.ofType('AWS::Lambda::Function').flatMap(({ logicalId, properties }) => {
      const { Role } = lambda.parse(properties);
      return Role === undefined ? [] : [[logicalId, roles.find(({ arn }) => arn === Role)?.grants ?? []]];
    }),
  );
}

const managedPolicy = z.object({ PolicyDocument: document });

/** What each managed policy of the template allows, by its ARN. */
export function managedPoliciesOf({ Resources: all }: Template, { resolver }: Resources): Map<string, PolicyGrant[]> {
  const policies = Object.entries(all).filter(([, { Type }]) => Type === 'AWS::IAM::ManagedPolicy');
  return new Map(
    policies.map(([logicalId, { Properties }]) => {
      const { PolicyDocument } = managedPolicy.parse(resolver.resolve(Properties));
      return [z.string().parse(resolver.resolve({ Ref: logicalId })), PolicyDocument.Statement.flatMap(toGrants)];
    }),
  );
}

function toGrants({ Action, Resource, Condition: leadingKeys }: z.infer<typeof conditional>): PolicyGrant[] {
  return Action.flatMap((action) => Resource.map((resource) => ({ action, resource, leadingKeys })));
}
