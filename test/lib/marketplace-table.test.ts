import { describe, expect, it } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { ServicePrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { TABLES, type TableDesign, type TableName } from '../../lambdas/shared/contract/tables';
import { MarketplaceTable } from '../../lib/marketplace-table';
import { aStack } from './synthesized';

const TYPE = 'AWS::DynamoDB::Table';

function theTable(design: TableName): Template {
  const stack = aStack();
  new MarketplaceTable(stack, 'Table', { design });
  return Template.fromStack(stack);
}

describe('a table', () => {
  const table = theTable('usageEvents');

  it('is restorable to any second of the last weeks', () => {
    table.hasResourceProperties(TYPE, {
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  it('is protected against deletion, and outlives its stack', () => {
    table.hasResource(TYPE, {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { DeletionProtectionEnabled: true },
    });
  });

  it('is paid by the request', () => {
    table.hasResourceProperties(TYPE, { BillingMode: 'PAY_PER_REQUEST' });
  });

  it.each(Object.keys(TABLES) as TableName[])(
    'has the keys, stream, index and time to live of the design: %s',
    (name) => {
      const { partitionKey, sortKey, stream, index, dueIndex, timeToLive }: TableDesign = TABLES[name];
      const [resource] = Object.values(theTable(name).findResources(TYPE));
      expect(resource?.Properties).toMatchObject({
        KeySchema: [
          { AttributeName: partitionKey.name, KeyType: 'HASH' },
          ...(sortKey ? [{ AttributeName: sortKey.name, KeyType: 'RANGE' }] : []),
        ],
        AttributeDefinitions: expect.arrayContaining([
          { AttributeName: partitionKey.name, AttributeType: partitionKey.type },
        ]),
      });
      expect(resource?.Properties.StreamSpecification?.StreamViewType).toBe(stream);
      const indexes = [index, dueIndex].filter((each) => each !== undefined);
      expect(resource?.Properties.GlobalSecondaryIndexes ?? []).toMatchObject(
        indexes.map((each) => ({ IndexName: each.name, Projection: { ProjectionType: each.projection } })),
      );
      expect(resource?.Properties.TimeToLiveSpecification).toEqual(
        timeToLive && { AttributeName: timeToLive, Enabled: true },
      );
    },
  );
});

describe('granting actions', () => {
  it('allows exactly these on this table, and gives its name for the environment', () => {
    const stack = aStack();
    const table = new MarketplaceTable(stack, 'Table', { design: 'hourlyUsage' });
    const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });

    const name = table.grantActions(role, 'GetItem', 'UpdateItem');

    expect(name).toBe(table.tableName);
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          {
            Action: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
            Effect: 'Allow',
            Resource: stack.resolve(table.tableArn),
          },
        ],
      },
    });
  });
});
