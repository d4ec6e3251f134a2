import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { systemClock } from '../../lambdas/shared/runtime/ports';
import { OperatorError } from '../errors';
import { createClients } from './clients';
import { CloudWatch } from './cloudwatch';
import { optionsOf, partsOf, type Installation, type StackResource, type Target } from './installation';

/** The stack in an AWS account, with the credentials that the SDK's default chain finds. */
export async function openDeployedStack({
  stack,
  region,
  config,
}: Omit<Target, 'local' | 'port'>): Promise<Installation> {
  const cloudFormation = new CloudFormationClient({ region, maxAttempts: 5 });
  const cloudTrail = new CloudTrailClient({ region, maxAttempts: 10, retryMode: 'adaptive' });
  const cloudWatch = new CloudWatchClient({ region, maxAttempts: 5 });
  const { close, ...clients } = createClients({ region });
  const title = `The stack ${stack} in ${region}`;
  try {
    const [outputs, resources] = await Promise.all([
      readOutputs(cloudFormation, { stack, title }),
      readResources(cloudFormation, stack),
    ]);
    const parts = partsOf(title, { outputs, resources });
    return {
      title,
      stack,
      region,
      options: optionsOf({ stack, region, config }),
      clock: systemClock,
      caller: () => callerIn(region),
      billing: { kind: 'cloudTrail', client: cloudTrail },
      observation: new CloudWatch(cloudWatch, parts),
      ...clients,
      ...parts,
      close: () => {
        close();
        cloudTrail.destroy();
        cloudWatch.destroy();
      },
    };
  } finally {
    cloudFormation.destroy();
  }
}

/** Loaded when needed, because only a command that changes something asks. The call needs no permission. */
async function callerIn(region: string): Promise<string> {
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
  const client = new STSClient({ region, maxAttempts: 5 });
  try {
    const { Arn } = await client.send(new GetCallerIdentityCommand());
    if (Arn === undefined) throw new OperatorError('AWS does not say whose credentials these are. Log in again.');
    return Arn;
  } finally {
    client.destroy();
  }
}

async function readOutputs(
  client: CloudFormationClient,
  { stack, title }: { stack: string; title: string },
): Promise<Record<string, string | undefined>> {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const outputs = Stacks?.[0]?.Outputs ?? [];
    return Object.fromEntries(outputs.map(({ OutputKey = '', OutputValue }) => [OutputKey, OutputValue]));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ValidationError') throw error;
    throw new OperatorError(`${title} does not exist in this account. Set --stack and --region, or add --local.`, {
      cause: error,
    });
  }
}

async function readResources(client: CloudFormationClient, stack: string): Promise<StackResource[]> {
  const resources: StackResource[] = [];
  try {
    for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName: stack })) {
      for (const { LogicalResourceId, ResourceType, PhysicalResourceId } of StackResourceSummaries) {
        resources.push({
          logicalId: LogicalResourceId ?? '',
          type: ResourceType ?? '',
          physicalId: PhysicalResourceId ?? '',
        });
      }
    }
  } catch (error) {
    // `readOutputs` reports the missing stack.
    if (!(error instanceof Error) || error.name !== 'ValidationError') throw error;
  }
  return resources;
}
