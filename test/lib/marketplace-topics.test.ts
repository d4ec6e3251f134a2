import { describe, expect, it } from 'vitest';
import { Match } from 'aws-cdk-lib/assertions';
import { aConfiguration, aProduct, aTemplate, logicalId, propertiesOf } from './synthesized';

const template = aTemplate({
  configuration: aConfiguration({
    products: [
      aProduct({ productCode: 'new', pricingModel: 'contract' }),
      aProduct({ productCode: 'metered', identityMode: 'legacy' }),
      aProduct({
        productCode: 'both',
        identityMode: 'legacy',
        pricingModel: 'contractWithConsumption',
        dimensions: [{ apiName: 'requests', unit: 'request', coveredBy: null }],
        contractPeriod: { kind: 'calendarMonth' },
      }),
    ],
  }),
});
const subscriptions = propertiesOf(template, 'AWS::SNS::Subscription');
const topicArn = (name: string) => `arn:aws:sns:us-east-1:287250355862:${name}`;
const TOPICS = [
  topicArn('aws-mp-subscription-notification-metered'),
  topicArn('aws-mp-subscription-notification-both'),
  topicArn('aws-mp-entitlement-notification-both'),
];
const queue = { 'Fn::GetAtt': [logicalId(template, 'AWS::SQS::Queue', /SubscriptionsQueue/), 'Arn'] };
const deadLetterQueue = {
  'Fn::GetAtt': [logicalId(template, 'AWS::SQS::Queue', /SubscriptionsDeadLetterQueue/), 'Arn'],
};

describe('the SNS topics of legacy products', () => {
  it('subscribes to the topics of legacy products: to those of entitlements for contracts only', () => {
    expect(subscriptions.map(({ TopicArn }) => TopicArn)).toEqual(expect.arrayContaining(TOPICS));
    expect(subscriptions).toHaveLength(TOPICS.length);
  });

  it('gives each subscription a logical id of its topic, so that it stays when other products come', () => {
    const ids = Object.keys(template.findResources('AWS::SNS::Subscription'));
    expect(ids.map((id) => id.replace(/^SaasSubscriptionsTopics(\w+)[0-9A-F]{8}$/, '$1')).sort()).toEqual([
      'awsmpentitlementnotificationboth',
      'awsmpsubscriptionnotificationboth',
      'awsmpsubscriptionnotificationmetered',
    ]);
  });

  it('subscribes once the policies of both queues let the topics send', () => {
    const policies = Object.keys(template.findResources('AWS::SQS::QueuePolicy')).filter((id) =>
      id.startsWith('SaasSubscriptions'),
    );
    expect(policies).toHaveLength(2);
    for (const { DependsOn } of Object.values(template.findResources('AWS::SNS::Subscription'))) {
      expect(DependsOn).toEqual(expect.arrayContaining(policies));
    }
  });

  it('subscribes for each of two products whose codes differ by a dot', () => {
    const products = ['a.b', 'ab'].map((productCode) => aProduct({ productCode, identityMode: 'legacy' }));
    aTemplate({ configuration: aConfiguration({ products }) }).resourceCountIs('AWS::SNS::Subscription', 2);
  });

  it('delivers to the queue of licence events in the envelope that carries id and time', () => {
    for (const subscription of subscriptions) {
      expect(subscription).toMatchObject({ Protocol: 'sqs', Endpoint: queue, RawMessageDelivery: false });
      expect(subscription.RedrivePolicy).toEqual({ deadLetterTargetArn: deadLetterQueue });
    }
  });

  it.each([queue, deadLetterQueue])('lets only these topics send to %j', (target) => {
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

  it('subscribes to no topic without legacy products', () => {
    aTemplate().resourceCountIs('AWS::SNS::Subscription', 0);
  });
});
