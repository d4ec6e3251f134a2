import { describe, expect, it } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { aConfiguration, aTemplate } from './synthesized';

const dimensions = [{ apiName: 'requests', unit: 'request' }];
const older = (productCode: string, pricingModel: 'subscription' | 'contract' | 'contractWithConsumption') => ({
  ...{ productCode, name: productCode, identityMode: 'legacy' as const, pricingModel, dimensions },
});
const template = aTemplate({
  configuration: aConfiguration({
    products: [
      { productCode: 'new', name: 'New', pricingModel: 'contract', dimensions },
      older('metered', 'subscription'),
      {
        ...older('both', 'contractWithConsumption'),
        ...{ dimensions: [{ apiName: 'requests', unit: 'request', coveredBy: null }] },
        contractPeriod: { kind: 'calendarMonth' },
      },
    ],
  }),
});
const subscriptions = Object.values(template.findResources('AWS::SNS::Subscription')).map(
  ({ Properties }) => Properties,
);
const topicArn = (name: string) => `arn:aws:sns:us-east-1:287250355862:${name}`;
const TOPICS = [
  topicArn('aws-mp-subscription-notification-metered'),
  topicArn('aws-mp-subscription-notification-both'),
  topicArn('aws-mp-entitlement-notification-both'),
];
const queueId = (name: RegExp) => Object.keys(template.findResources('AWS::SQS::Queue')).find((id) => name.test(id));
const queue = { 'Fn::GetAtt': [queueId(/SubscriptionsQueue/), 'Arn'] };
const deadLetterQueue = { 'Fn::GetAtt': [queueId(/SubscriptionsDeadLetterQueue/), 'Arn'] };

describe('the topics of older products', () => {
  it('are subscribed to, those of entitlements for contracts only, and those of newer products not', () => {
    expect(subscriptions.map(({ TopicArn }) => TopicArn)).toEqual(expect.arrayContaining(TOPICS));
    expect(subscriptions).toHaveLength(TOPICS.length);
  });

  it('feed the queue of licence events, in the envelope that has the id and the time', () => {
    for (const subscription of subscriptions) {
      expect(subscription).toMatchObject({ Protocol: 'sqs', Endpoint: queue, RawMessageDelivery: false });
      expect(subscription.RedrivePolicy).toEqual({ deadLetterTargetArn: deadLetterQueue });
    }
  });

  it.each([queue, deadLetterQueue])('may send to the queue, and no other topic may', (target) => {
    template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          {
            Action: 'sqs:SendMessage',
            Effect: 'Allow',
            Principal: { Service: 'sns.amazonaws.com' },
            Condition: { ArnEquals: { 'aws:SourceArn': TOPICS } },
            Resource: target,
          },
        ]),
      },
    });
  });

  it('are not asked for by a seller who has none', () => {
    aTemplate().resourceCountIs('AWS::SNS::Subscription', 0);
  });
});
