import { CloudFormationClient, DescribeStacksCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { beforeEach, describe, expect, it } from 'vitest';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { verbOf } from '../../ops/function-verb';
import { openDeployedStack } from '../../ops/installation/deployed-stack';
import { aTemplate } from '../lib/synthesized';
import { mockClass } from '../fakes/mock-class';

const cloudFormation = mockClass(CloudFormationClient);
const sts = mockClass(STSClient);
const template = aTemplate().toJSON();

/** The outputs and resources of the synthesized stack as CloudFormation lists them. */
const Outputs = Object.keys(template.Outputs).map((OutputKey) => ({ OutputKey, OutputValue: `value of ${OutputKey}` }));
const StackResourceSummaries = Object.entries<{ Type: string }>(template.Resources).map(([id, { Type }]) => ({
  LogicalResourceId: id,
  ResourceType: Type,
  PhysicalResourceId: `physical-${id}`,
  LastUpdatedTimestamp: new Date(0),
  ResourceStatus: 'CREATE_COMPLETE' as const,
}));
const stack = { StackName: 'MarketplaceSaas', CreationTime: new Date(0), StackStatus: 'CREATE_COMPLETE' as const };
const target = { stack: 'MarketplaceSaas', region: 'us-east-1', config: 'mine.json' };

beforeEach(() => {
  cloudFormation.reset();
  sts.reset();
  cloudFormation.rejects(new Error('unexpected call'));
  cloudFormation.on(ListStackResourcesCommand).resolves({ StackResourceSummaries });
});

describe('the stack in an AWS account', () => {
  it('finds a stack by its outputs, and functions and queues in its resources', async () => {
    cloudFormation.on(DescribeStacksCommand).resolves({ Stacks: [{ ...stack, Outputs }] });
    const installation = await openDeployedStack(target);
    installation.close();
    expect(installation.options).toEqual(['--config', 'mine.json']);
    const { tables, functions, queueUrls, billing, registrationsTableName } = installation;
    const { metricsNamespace, alarmNames, observation } = installation;
    expect(tables.hourlyUsage).toBe('value of HourlyUsageTableName');
    // Personal data is no table of the commands in general.
    expect(tables).not.toHaveProperty('registrations');
    expect(registrationsTableName).toBe('value of RegistrationsTableName');
    expect(metricsNamespace).toBe('value of MetricsNamespace');
    expect(alarmNames.length).toBeGreaterThan(20);
    expect(observation.source).toBe('CloudWatch');
    expect(queueUrls).toHaveLength(3);
    expect(billing.kind).toBe('cloudTrail');
    const verbs = [...functions.keys()].map((name) => verbOf(name, functions)).filter((verb) => verb !== undefined);
    expect(verbs.sort()).toEqual(['aggregate-usage', 'meter-usage', 'publish-notices', 'refresh-entitlements']);
  });

  it('names the caller by its ARN, for the audit', async () => {
    cloudFormation.on(DescribeStacksCommand).resolves({ Stacks: [{ ...stack, Outputs }] });
    const { caller, close } = await openDeployedStack(target);
    close();
    const Arn = 'arn:aws:sts::111122223333:assumed-role/Operator/ann';
    sts.on(GetCallerIdentityCommand).resolvesOnce({ Arn }).resolves({});
    await expect(caller()).resolves.toBe(Arn);
    await expect(caller()).rejects.toThrow('Log in again');
  });

  it('refuses a stack without the outputs, and names them', async () => {
    const others = Outputs.filter(({ OutputKey }) => OutputKey !== 'HourlyUsageTableName');
    cloudFormation.on(DescribeStacksCommand).resolves({ Stacks: [{ ...stack, Outputs: others }] });
    await expect(openDeployedStack(target)).rejects.toThrow('has no output HourlyUsageTableName');
  });

  it('says how to name another stack when the stack does not exist', async () => {
    const missing = Object.assign(new Error('Stack with id MarketplaceSaas does not exist'), {
      name: 'ValidationError',
    });
    cloudFormation.rejects(missing);
    cloudFormation.on(ListStackResourcesCommand).rejects(missing);
    await expect(openDeployedStack(target)).rejects.toThrow('does not exist in this account. Set --stack and --region');
  });
});
