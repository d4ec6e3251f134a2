import { describe, expect, it } from 'vitest';
import { Match } from 'aws-cdk-lib/assertions';
import { aConfiguration, aTemplate, logicalId } from './synthesized';

const template = aTemplate();
const table = logicalId(template, 'AWS::DynamoDB::Table', /Subscriptions/);
const refreshEntitlements = logicalId(template, 'AWS::Lambda::Function', /RefreshEntitlements/);

describe('entitlements', () => {
  it('refreshes entitlements when a subscription changes, and not when the refresh itself is stored', () => {
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

  it('refreshes entitlements every five minutes, starting on the hour', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'cron(0/5 * * * ? *)',
      Targets: Match.arrayWith([Match.objectLike({ Arn: { 'Fn::GetAtt': [refreshEntitlements, 'Arn'] } })]),
    });
  });

  it.each([
    [true, ['GetEntitlements', 'DescribeAgreement']],
    [false, ['GetEntitlements']],
  ])('may call, of AWS Marketplace, with agreementDetails %s: %j', (agreementDetails, actions) => {
    const policies = JSON.stringify(
      aTemplate({ configuration: aConfiguration({ agreementDetails }) }).findResources('AWS::IAM::Policy'),
    );
    const granted = [...policies.matchAll(/aws-marketplace:(\w+)/g)].map(([, action]) => action);
    const ofOthers = ['BatchMeterUsage', 'ResolveCustomer'];
    expect(granted.sort()).toEqual([...actions, ...ofOthers].sort());
  });
});
