import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Match } from 'aws-cdk-lib/assertions';
import * as z from 'zod';
import { aTemplate, logicalId } from './synthesized';

const template = aTemplate();
const PREFIXES = ['License ', 'Purchase Agreement ', 'Agreement Cancellation Request ', 'Spend Threshold '];
const DAYS_14 = 14 * 24 * 60 * 60;
const queue = logicalId(template, 'AWS::SQS::Queue', /SubscriptionsQueue/);
const deadLetterQueue = logicalId(template, 'AWS::SQS::Queue', /SubscriptionsDeadLetterQueue/);

describe('licence and agreement events', () => {
  it('takes every event about licences, agreements and payments from the default bus, by the prefix of its detail type', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventBusName: Match.absent(),
      EventPattern: {
        source: ['aws.agreement-marketplace'],
        'detail-type': PREFIXES.map((prefix) => ({ prefix })),
      },
      Targets: [
        {
          Arn: { 'Fn::GetAtt': [queue, 'Arn'] },
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': [deadLetterQueue, 'Arn'] } },
        },
      ],
    });
  });

  it('takes each of the events that AWS is known to send', () => {
    const { events } = z
      .object({ events: z.array(z.object({ detailType: z.string() })) })
      .parse(JSON.parse(readFileSync('data/aws-facts.json', 'utf8')));
    const missed = events.filter(({ detailType }) => !PREFIXES.some((prefix) => detailType.startsWith(prefix)));
    expect(missed).toEqual([]);
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
