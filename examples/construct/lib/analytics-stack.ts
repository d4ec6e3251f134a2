import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { MarketplaceSaas, sellerConfiguration } from 'aws-marketplace-saas';
import type { Construct } from 'constructs';
import configuration from '../marketplace.config.json';

/** An application that sells itself through AWS Marketplace, in one stack with the construct. */
export class AnalyticsStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const saas = new MarketplaceSaas(this, 'Marketplace', { configuration: sellerConfiguration(configuration) });
    new CfnOutput(this, 'RegistrationUrl', { value: saas.registrationUrl });

    // The application reports usage: it signs its requests with its own role.
    const application = new Function(this, 'Application', {
      code: Code.fromInline('exports.handler = async () => {};'),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      environment: { USAGE_URL: saas.usageUrl },
    });
    saas.grantReportUsage(application);

    // It learns from notices which buyers may use it.
    new Rule(this, 'Subscriptions', {
      eventBus: saas.eventBus,
      eventPattern: { detailType: ['SubscriptionActivated', 'SubscriptionEnded'] },
      targets: [new LambdaFunction(application)],
    });

    // Somebody must read the alarms. This one is the application's own, on a metric of the construct.
    saas.alarmTopic.addSubscription(new EmailSubscription('billing@example.com'));
    new Alarm(this, 'ManyRefusedEvents', {
      metric: saas.metrics.metric('UsageEventsRejected'),
      threshold: 100,
      evaluationPeriods: 1,
    });
  }
}
