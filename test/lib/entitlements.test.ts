import { describe, it } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { aTemplate } from './synthesized';

const template = aTemplate();
const logicalId = (type: string, name: RegExp) =>
  Object.keys(template.findResources(type)).find((id) => name.test(id)) ?? '';
const table = logicalId('AWS::DynamoDB::Table', /Subscriptions/);
const refreshEntitlements = logicalId('AWS::Lambda::Function', /RefreshEntitlements/);

describe('entitlements', () => {
  it('are checked when a subscription changes, and not when the check itself is stored', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': [table, 'StreamArn'] },
      FunctionName: { Ref: refreshEntitlements },
      FilterCriteria: {
        Filters: [
          {
            Pattern: JSON.stringify({
              eventName: ['INSERT', 'MODIFY'],
              dynamodb: { NewImage: { sk: { S: ['subscription'] } } },
            }),
          },
        ],
      },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  it('are looked after every five minutes, first when an hour has just ended', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'cron(0/5 * * * ? *)',
      Targets: Match.arrayWith([Match.objectLike({ Arn: { 'Fn::GetAtt': [refreshEntitlements, 'Arn'] } })]),
    });
  });
});
