import { describe, expect, it } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { aTemplate, logicalId } from './synthesized';

const template = aTemplate();
const DAYS_14 = 14 * 24 * 60 * 60;
const queue = logicalId(template, 'AWS::SQS::Queue', /SubscriptionsQueue/);
const deadLetterQueue = logicalId(template, 'AWS::SQS::Queue', /SubscriptionsDeadLetterQueue/);

describe('licence and agreement events', () => {
  it('takes licence and agreement events of AWS Marketplace from the default bus, by the prefix of their detail type', () => {
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

  it('hides a message for six function timeouts, and moves it to the dead-letter queue after ten receives', () => {
    const [followAgreement] = Object.values(
      template.findResources('AWS::Lambda::Function', { Properties: { Timeout: 30, MemorySize: 512 } }),
    );
    template.hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 6 * followAgreement?.Properties.Timeout,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [deadLetterQueue, 'Arn'] }, maxReceiveCount: 10 },
    });
  });

  it('keeps failed events in the dead-letter queue for 14 days', () => {
    const { Properties } = template.findResources('AWS::SQS::Queue')[deadLetterQueue] ?? {};
    expect(Properties?.MessageRetentionPeriod).toBe(DAYS_14);
  });

  it('encrypts every queue at rest, and refuses requests without TLS', () => {
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

  it('retries only the messages that the function reports as failed', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': [queue, 'Arn'] },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });
});
