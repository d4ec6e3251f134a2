import { describe, expect, it } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { aTemplate } from './synthesized';

const template = aTemplate();
const DAYS_14 = 14 * 24 * 60 * 60;
const queueId = (name: RegExp) => Object.keys(template.findResources('AWS::SQS::Queue')).find((id) => name.test(id));
const queue = queueId(/SubscriptionsQueue/);
const deadLetterQueue = queueId(/SubscriptionsDeadLetterQueue/);

describe('licence and agreement events', () => {
  it("come from AWS Marketplace's source on the default bus, whatever their detail type ends in", () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventBusName: Match.absent(),
      EventPattern: {
        source: ['aws.agreement-marketplace'],
        'detail-type': [{ prefix: 'License ' }, { prefix: 'Purchase Agreement ' }],
      },
      Targets: [
        {
          Arn: { 'Fn::GetAtt': [queue, 'Arn'] },
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': [deadLetterQueue, 'Arn'] } },
        },
      ],
    });
  });

  it('wait in a queue for six times as long as the function may take, and then ten times in all', () => {
    const [followAgreement] = Object.values(
      template.findResources('AWS::Lambda::Function', { Properties: { Timeout: 30, MemorySize: 512 } }),
    );
    template.hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 6 * followAgreement?.Properties.Timeout,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [deadLetterQueue, 'Arn'] }, maxReceiveCount: 10 },
    });
  });

  it('are kept for 14 days when they fail', () => {
    const { Properties } = template.findResources('AWS::SQS::Queue')[deadLetterQueue ?? ''] ?? {};
    expect(Properties?.MessageRetentionPeriod).toBe(DAYS_14);
  });

  it('are encrypted at rest and take no request without TLS', () => {
    template.allResourcesProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
    template.allResourcesProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'sqs:*',
            Effect: 'Deny',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ]),
      },
    });
  });

  it('are followed one by one: the answer says which failed', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': [queue, 'Arn'] },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });
});
