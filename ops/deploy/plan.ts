import type { Change, ResourceChange } from '@aws-sdk/client-cloudformation';

/** What happens to one resource. `mayReplace`: AWS knows only while it deploys. `unknown`: AWS does not say. */
type Fate = 'created' | 'changed' | 'replaced' | 'mayReplace' | 'deleted' | 'unknown';

export interface PlannedChange {
  logicalId: string;
  /** AWS's type: `AWS::DynamoDB::Table`. */
  type: string;
  fate: Fate;
  /** The properties that change. */
  properties: string[];
  /** What would be lost, if the deployment must not go on without a word of the operator. */
  loses?: string;
}

export interface Plan {
  changes: PlannedChange[];
  /** Changes that lose something and that nobody has allowed. */
  refused: PlannedChange[];
  /** Ids that were allowed for nothing: a mistake in writing, or an allowance left over. */
  idle: string[];
}

/** What goes when a resource of the type is replaced or deleted. */
const LOSSES: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'its items, which a new table does not have',
  'AWS::DynamoDB::GlobalTable': 'its items, which a new table does not have',
  'AWS::S3::Bucket': 'the batches in it, which nobody would redrive',
  'AWS::SQS::Queue': 'the messages that wait in it',
  'AWS::Logs::LogGroup': 'its log, which AWS asks sellers to keep for a year',
  'AWS::KMS::Key': 'everything that is encrypted with it',
  'AWS::SNS::Topic': 'its subscribers: alarms would reach nobody',
  'AWS::Events::EventBus': "the application's rules on it: notices would reach nobody",
  'AWS::ApiGatewayV2::Api': 'its address, which the listing and the application have',
  'AWS::ApiGatewayV2::DomainName': 'its address, which the listing has',
  'AWS::CloudFront::Distribution': 'its address, which the listing may have',
};

const HARMLESS: readonly Fate[] = ['created', 'changed'];

/**
 * Decides about a change set.
 * @param changes - those of CloudFormation's DescribeChangeSet, all pages
 * @param allowed - logical ids that may be replaced or deleted
 */
export function planOf(changes: readonly Change[], allowed: readonly string[] = []): Plan {
  const planned = changes.flatMap(({ ResourceChange: change }) =>
    change === undefined ? [] : [plannedChange(change)],
  );
  const losing = planned.filter(({ loses }) => loses !== undefined);
  return {
    changes: planned,
    refused: losing.filter(({ logicalId }) => !allowed.includes(logicalId)),
    idle: allowed.filter((id) => !losing.some(({ logicalId }) => logicalId === id)),
  };
}

function plannedChange(change: ResourceChange): PlannedChange {
  const { LogicalResourceId: logicalId = '', ResourceType: type = '', Details = [], Scope = [] } = change;
  const fate = fateOf(change);
  const names = Details.map(({ Target }) => Target?.Name ?? Target?.Attribute ?? '').filter((name) => name !== '');
  return {
    logicalId,
    type,
    fate,
    properties: [...new Set(names.length > 0 ? names : Scope)],
    loses: HARMLESS.includes(fate) ? undefined : LOSSES[type],
  };
}

function fateOf({ Action, Replacement }: ResourceChange): Fate {
  switch (Action) {
    case 'Add':
    case 'Import':
      return 'created';
    case 'Remove':
      return 'deleted';
    case 'Modify':
      if (Replacement === 'True') return 'replaced';
      return Replacement === 'Conditional' ? 'mayReplace' : 'changed';
    default:
      return 'unknown';
  }
}
