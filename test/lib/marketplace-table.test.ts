import { describe, expect, it } from 'vitest';
import { Template } from 'aws-cdk-lib/assertions';
import { ServicePrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { TABLES, type TableDesign, type TableName } from '../../lambdas/shared/contract/tables';
import { MarketplaceTable } from '../../lib/marketplace-table';
import { aStack, propertiesOf } from './synthesized';

const TYPE = 'AWS::DynamoDB::Table';

function theTable(design: TableName): Template {
  const stack = aStack();
  new MarketplaceTable(stack, 'Table', { design });
  return Template.fromStack(stack);
}

describe('MarketplaceTable', () => {
  const table = theTable('usageEvents');

  it('enables point-in-time recovery', () => {
    table.hasResourceProperties(TYPE, {
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  it('protects the table against deletion, and retains it when the stack is deleted', () => {
    table.hasResource(TYPE, {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { DeletionProtectionEnabled: true },
    });
  });

  it('bills the table per request', () => {
    table.hasResourceProperties(TYPE, { BillingMode: 'PAY_PER_REQUEST' });
  });

  it('stores tallies in the cheaper class, and every other table in the standard class', () => {
    const classes = (Object.keys(TABLES) as TableName[]).flatMap((name) => {
      const [properties] = propertiesOf(theTable(name), TYPE);
      return properties?.TableClass === undefined ? [] : [[name, properties.TableClass]];
    });
    expect(classes).toEqual([['usageTallies', 'STANDARD_INFREQUENT_ACCESS']]);
  });

  it.each(Object.keys(TABLES) as TableName[])(
    'gives %s the keys, stream, indexes and time to live of its design',
    (name) => {
      const { partitionKey, sortKey, stream, indexes = {}, timeToLive }: TableDesign = TABLES[name];
      const [properties] = propertiesOf(theTable(name), TYPE);
      expect(properties).toMatchObject({
        KeySchema: [
          { AttributeName: partitionKey.name, KeyType: 'HASH' },
          ...(sortKey ? [{ AttributeName: sortKey.name, KeyType: 'RANGE' }] : []),
        ],
        AttributeDefinitions: expect.arrayContaining([
          { AttributeName: partitionKey.name, AttributeType: partitionKey.type },
        ]),
      });
      expect(properties?.StreamSpecification?.StreamViewType).toBe(stream);
      expect(properties?.GlobalSecondaryIndexes ?? []).toMatchObject(
        Object.entries(indexes).map(([IndexName, { projection }]) => ({
          IndexName,
          Projection: { ProjectionType: projection },
        })),
      );
      expect(properties?.TimeToLiveSpecification).toEqual(timeToLive && { AttributeName: timeToLive, Enabled: true });
    },
  );
});

describe('grantActions', () => {
  it('allows exactly these actions on the table, and returns its name for the environment', () => {
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
