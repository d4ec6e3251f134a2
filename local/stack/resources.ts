import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod';
import { createResolver, type Resolver, type Template } from './template';
import type { Named } from './names';

export const ACCOUNT_ID = '000000000000';
export const REGION = 'us-east-1';

/** A resource of the template with resolved properties. */
export interface Resource extends Named {
  type: string;
  arn: string;
  properties: Record<string, unknown>;
}

/** How to make the ARN of each supported type. */
const ARNS: Record<string, (name: string) => string> = {
  'AWS::DynamoDB::Table': (name) => arn('dynamodb', `table/${name}`),
  'AWS::DynamoDB::GlobalTable': (name) => arn('dynamodb', `table/${name}`),
  'AWS::Lambda::Function': (name) => arn('lambda', `function:${name}`),
  'AWS::Lambda::EventSourceMapping': (name) => arn('lambda', `event-source-mapping:${name}`),
  'AWS::Lambda::EventInvokeConfig': (name) => arn('lambda', `event-invoke-config:${name}`),
  'AWS::SQS::Queue': (name) => arn('sqs', name),
  'AWS::SNS::Subscription': (name) => arn('sns', name),
  'AWS::S3::Bucket': (name) => `arn:aws:s3:::${name}`,
  'AWS::Events::EventBus': (name) => arn('events', `event-bus/${name}`),
  'AWS::Events::Rule': (name) => arn('events', `rule/${name}`),
  'AWS::CloudWatch::Alarm': (name) => arn('cloudwatch', `alarm:${name}`),
  'AWS::ApiGatewayV2::Api': (name) => `arn:aws:apigateway:${REGION}::/apis/${name}`,
  'AWS::ApiGatewayV2::Route': (name) => arn('execute-api', name),
  'AWS::ApiGatewayV2::Integration': (name) => arn('execute-api', name),
  'AWS::ApiGatewayV2::Stage': (name) => arn('execute-api', name),
};

/** Types without a meaning on one machine, such as permissions, retention, dashboards and encryption. */
const IGNORED = [
  /^AWS::IAM::/,
  /^AWS::Logs::/,
  /^AWS::CloudWatch::Dashboard$/,
  /^AWS::KMS::/,
  /^AWS::CDK::Metadata$/,
  /^AWS::Lambda::Permission$/,
  /^AWS::SQS::QueuePolicy$/,
  /^AWS::S3::BucketPolicy$/,
  /^AWS::SNS::(Topic|TopicPolicy)$/,
  /^AWS::Events::(EventBusPolicy|Archive)$/,
  /^AWS::XRay::/,
  /^Custom::(S3AutoDeleteObjects|LogRetention)$/,
];

/** The properties that set a physical name. Without one, a name is generated, as in CloudFormation. */
const NAME_PROPERTIES = [
  'TableName',
  'FunctionName',
  'QueueName',
  'BucketName',
  'StageName',
  'RoleName',
  'LogGroupName',
];
const NAMED_BY_NAME = ['AWS::Events::EventBus', 'AWS::Events::Rule'];

const REFERRED_TO_BY_ARN = ['AWS::SNS::Topic', 'AWS::IAM::ManagedPolicy'];

export interface Resources {
  /** What generated names end with. An update keeps it, so that resources keep their names. */
  suffix: string;
  all: Resource[];
  ofType(...types: string[]): Resource[];
  resolver: Resolver;
  outputs: Record<string, unknown>;
}

/**
 * Names and resolves every resource of the template.
 * @throws Error that names every resource that is neither supported nor ignored.
 */
export function resolveResources(
  template: Template,
  {
    stackName,
    url,
    suffix = randomBytes(6).toString('hex').toUpperCase(),
  }: { stackName: string; url: string; suffix?: string },
): Resources {
  const physicalName = (logicalId: string): string => {
    const { Type: type = '', Properties: properties = {} } = template.Resources[logicalId] ?? {};
    if (type === 'AWS::ApiGatewayV2::Api') return apiId(logicalId);
    const property = [...NAME_PROPERTIES, ...(NAMED_BY_NAME.includes(type) ? ['Name'] : [])].find(
      (p) => p in properties,
    );
    const chosen = property === undefined ? undefined : z.string().parse(resolver.resolve(properties[property]));
    return chosen ?? `${stackName}-${logicalId}-${suffix}`;
  };
  const arnOf = (logicalId: string): string => {
    const type = template.Resources[logicalId]?.Type ?? '';
    const service = type.split('::')[1]?.toLowerCase() ?? 'unknown';
    return (ARNS[type] ?? ((name) => arn(service, name)))(physicalName(logicalId));
  };
  const resolver = createResolver(template, {
    parameters: pseudoParameters(stackName),
    ref: (logicalId) => {
      const type = template.Resources[logicalId]?.Type;
      if (type === 'AWS::SQS::Queue') return `${url}/_aws/${ACCOUNT_ID}/${physicalName(logicalId)}`;
      return type !== undefined && REFERRED_TO_BY_ARN.includes(type) ? arnOf(logicalId) : physicalName(logicalId);
    },
    attribute: (logicalId, attribute) => {
      const type = template.Resources[logicalId]?.Type;
      if (type === undefined) throw new Error(`The template has no resource ${logicalId} (Fn::GetAtt ${attribute}).`);
      if (attribute === 'Arn') return arnOf(logicalId);
      if (attribute === 'StreamArn') return `${arnOf(logicalId)}/stream/local`;
      if (attribute === 'ApiEndpoint') return url;
      if (['QueueUrl'].includes(attribute)) return `${url}/_aws/${ACCOUNT_ID}/${physicalName(logicalId)}`;
      if (/(Name|Id)$/.test(attribute)) return physicalName(logicalId);
      if (isIgnored(type)) return `${logicalId}.${attribute}`;
      throw new Error(`The local stack does not support Fn::GetAtt ${logicalId}.${attribute} (${type}).`);
    },
  });
  const present = Object.entries(template.Resources).filter(([, { Condition }]) => resolver.holds(Condition));
  refuseUnknownTypes(present.map(([logicalId, { Type }]) => ({ logicalId, type: Type })));
  // Replaces an API's address on AWS, which the template composes in several places, with this machine's.
  const localized = (value: unknown) => localizeApiAddresses(resolver.resolve(value), { template, url });
  const all = present
    .filter(([, { Type }]) => !isIgnored(Type))
    .map(([logicalId, { Type: type, Properties, Metadata }]) => ({
      logicalId,
      type,
      name: friendlyName(logicalId, Metadata?.['aws:cdk:path']),
      physicalName: physicalName(logicalId),
      arn: arnOf(logicalId),
      properties: z.record(z.string(), z.unknown()).parse(localized(Properties)),
    }));
  const outputs = Object.entries(template.Outputs).filter(([, { Condition }]) => resolver.holds(Condition));
  return {
    suffix,
    all,
    ofType: (...types) => all.filter(({ type }) => types.includes(type)),
    resolver,
    outputs: Object.fromEntries(outputs.map(([name, { Value }]) => [name, localized(Value)])),
  };
}

function refuseUnknownTypes(resources: { logicalId: string; type: string }[]): void {
  const unknown = resources.filter(({ type }) => !(type in ARNS) && !isIgnored(type));
  if (unknown.length === 0) return;
  const names = unknown.map(({ logicalId, type }) => `${logicalId} (${type})`).join(', ');
  throw new Error(
    `The local stack cannot run ${names}. Add the type to local/stack/, or to its list of ignored types.`,
  );
}

function isIgnored(type: string): boolean {
  return IGNORED.some((pattern) => pattern.test(type));
}

function pseudoParameters(stackName: string): Record<string, unknown> {
  return {
    'AWS::AccountId': ACCOUNT_ID,
    'AWS::Region': REGION,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stackName,
    'AWS::StackId': arn('cloudformation', `stack/${stackName}/local`),
    'AWS::NotificationARNs': [],
  };
}

function localizeApiAddresses(value: unknown, { template, url }: { template: Template; url: string }): unknown {
  const apis = Object.entries(template.Resources).filter(([, { Type }]) => Type === 'AWS::ApiGatewayV2::Api');
  let text = JSON.stringify(value);
  for (const [logicalId] of apis) {
    text = text.replaceAll(`https://${apiId(logicalId)}.execute-api.${REGION}.amazonaws.com`, url);
  }
  return JSON.parse(text);
}

function apiId(logicalId: string): string {
  return `a${createHash('sha256').update(logicalId).digest('hex').slice(0, 9)}`;
}

function friendlyName(logicalId: string, path: string | undefined): string {
  if (path === undefined) return logicalId.replace(/[0-9A-F]{8}$/, '');
  const parts = path.split('/').slice(1);
  return (parts.at(-1) === 'Resource' ? parts.slice(0, -1) : parts).join('/');
}

export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT_ID}:${resource}`;
}
