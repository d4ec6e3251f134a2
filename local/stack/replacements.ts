import { isDeepStrictEqual } from 'node:util';
import type { Template } from './template';

/** What a stack must not lose, and the properties that CloudFormation cannot change without replacing the resource. */
const KEEPING: Readonly<Record<string, readonly string[]>> = {
  'AWS::DynamoDB::Table': ['TableName', 'KeySchema', 'LocalSecondaryIndexes', 'StreamSpecification'],
  'AWS::DynamoDB::GlobalTable': ['TableName', 'KeySchema', 'LocalSecondaryIndexes', 'StreamSpecification'],
  'AWS::SQS::Queue': ['QueueName', 'FifoQueue'],
  'AWS::S3::Bucket': ['BucketName'],
  'AWS::Events::EventBus': ['Name'],
  'AWS::ApiGatewayV2::Api': ['ProtocolType'],
  'AWS::SNS::Topic': ['TopicName', 'FifoTopic'],
};

export interface Replacement {
  logicalId: string;
  type: string;
  /** The property that cannot be changed; absent: the resource itself is gone. */
  property?: string;
}

/** What an update from one template to another would delete, or replace by an empty one. */
export function replacements(before: Template, after: Template): Replacement[] {
  return Object.entries(before.Resources).flatMap(([logicalId, { Type: type, Properties: properties }]) => {
    const keeping = KEEPING[type];
    if (keeping === undefined) return [];
    const next = after.Resources[logicalId];
    if (next?.Type !== type) return [{ logicalId, type }];
    const property = keeping.find((name) => !isDeepStrictEqual(properties[name], next.Properties[name]));
    return property === undefined
      ? keysOf(properties, next.Properties, { logicalId, type })
      : [{ logicalId, type, property }];
  });
}

/** The types of a table's keys, and its indexes: an index that is gone takes what is due with it. */
function keysOf(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
  replacement: Replacement,
): Replacement[] {
  const property = ['AttributeDefinitions', 'GlobalSecondaryIndexes'].find((name) => {
    const [known, next] = [before[name], after[name]].map((list) => (Array.isArray(list) ? list : []));
    return known?.some((each) => !next?.some((other) => isDeepStrictEqual(each, other))) === true;
  });
  return property === undefined ? [] : [{ ...replacement, property }];
}
