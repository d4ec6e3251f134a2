import {
  ChangeSetNotFoundException,
  CloudFormationClient,
  CloudFormationServiceException,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
} from '@aws-sdk/client-cloudformation';
import { beforeEach, describe, expect, it } from 'vitest';
import { CdkChangeSet } from '../../../ops/deploy/cdk-change-set';
import { mockClass } from '../../fakes/mock-class';

const cloudFormation = mockClass(CloudFormationClient);
const runs: string[] = [];
const changeSet = new CdkChangeSet({
  stack: 'MarketplaceSaas',
  cloudFormation: new CloudFormationClient({ region: 'us-east-1' }),
  cdk: async (...args) => void runs.push(args.join(' ')),
  more: ['-c', 'marketplaceConfig=mine.json'],
});
const missing = new ChangeSetNotFoundException({ message: 'no such change set', $metadata: {} });

beforeEach(() => {
  runs.length = 0;
  cloudFormation.reset();
  cloudFormation.rejects(new Error('unexpected call'));
  cloudFormation.on(DeleteChangeSetCommand).resolves({});
});

describe('the change set of the CDK CLI', () => {
  it('is prepared, read page by page and executed under one name', async () => {
    const page = (LogicalResourceId: string) => ({
      Status: 'CREATE_COMPLETE' as const,
      Changes: [{ ResourceChange: { LogicalResourceId } }],
    });
    cloudFormation
      .on(DescribeChangeSetCommand)
      .resolvesOnce({ ...page('First'), NextToken: 'more' })
      .resolvesOnce(page('Second'));
    const changes = await changeSet.prepare();
    expect(changes?.map(({ ResourceChange }) => ResourceChange?.LogicalResourceId)).toEqual(['First', 'Second']);
    await changeSet.execute();
    const rest = '--change-set-name npm-run-deploy -c marketplaceConfig=mine.json';
    expect(runs).toEqual([
      `deploy MarketplaceSaas --method prepare-change-set ${rest}`,
      `deploy MarketplaceSaas --method execute-change-set ${rest}`,
    ]);
  });

  it('is deleted before a new one is prepared, so that an old one is never read', async () => {
    cloudFormation.on(DescribeChangeSetCommand).resolves({ Status: 'CREATE_COMPLETE' });
    await changeSet.prepare();
    expect(cloudFormation.calls()[0]?.args[0]).toBeInstanceOf(DeleteChangeSetCommand);
  });

  it('changes nothing when the CLI prepares none', async () => {
    cloudFormation.on(DescribeChangeSetCommand).rejects(missing);
    await expect(changeSet.prepare()).resolves.toBeUndefined();
  });

  it('changes nothing when CloudFormation finds no difference', async () => {
    const StatusReason = "The submitted information didn't contain changes. Submit different information.";
    cloudFormation.on(DescribeChangeSetCommand).resolves({ Status: 'FAILED', StatusReason });
    await expect(changeSet.prepare()).resolves.toBeUndefined();
  });

  it('fails with the reason when CloudFormation cannot prepare it', async () => {
    const StatusReason = 'Transform failed';
    cloudFormation.on(DescribeChangeSetCommand).resolves({ Status: 'FAILED', StatusReason });
    await expect(changeSet.prepare()).rejects.toThrow('Transform failed');
  });

  it('is prepared for a stack that does not exist yet', async () => {
    const message = 'Stack [MarketplaceSaas] does not exist';
    const none = new CloudFormationServiceException({
      name: 'ValidationError',
      message,
      $fault: 'client',
      $metadata: {},
    });
    cloudFormation.on(DeleteChangeSetCommand).rejects(none);
    cloudFormation.on(DescribeChangeSetCommand).resolves({ Status: 'CREATE_COMPLETE', Changes: [] });
    await expect(changeSet.prepare()).resolves.toEqual([]);
  });

  it('is not discarded silently when AWS refuses', async () => {
    cloudFormation.on(DeleteChangeSetCommand).rejects(new Error('AccessDenied'));
    await expect(changeSet.discard()).rejects.toThrow('AccessDenied');
  });
});
