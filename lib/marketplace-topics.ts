import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSubscription } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Product, ParsedConfiguration } from '../lambdas/shared/contract/seller-configuration';
import { MARKETPLACE_REGION } from './marketplace-region';

/** The AWS account of AWS Marketplace, which owns the topics of every seller's products. */
export const MARKETPLACE_ACCOUNT = '287250355862';

export interface MarketplaceTopicsProps {
  readonly configuration: ParsedConfiguration;
  /** Receives the notifications. */
  readonly queue: Queue;
  /** Receives the notifications that SNS could not deliver. */
  readonly deadLetterQueue: Queue;
}

/**
 * Subscribes to the SNS topics of products in identity mode `legacy`: EventBridge has no licence events for them. AWS
 * allows only the account that sells the product to subscribe.
 */
export class MarketplaceTopics extends Construct {
  constructor(scope: Construct, id: string, { configuration, queue, deadLetterQueue }: MarketplaceTopicsProps) {
    super(scope, id);
    const names = configuration.products.flatMap(topicNames);
    if (names.length === 0) return;
    const topics = names.map((name) => ({ name, topicArn: this.#topicArn(name) }));
    for (const { name, topicArn } of topics) {
      const subscription = new CfnSubscription(this, name.replaceAll(/[^a-zA-Z0-9-]/g, '-'), {
        topicArn,
        protocol: 'sqs',
        endpoint: queue.queueArn,
        // The messages carry neither an id nor a time. SNS's envelope has both.
        rawMessageDelivery: false,
        redrivePolicy: { deadLetterTargetArn: deadLetterQueue.queueArn },
      });
      subscription.node.addDependency(queue, deadLetterQueue);
    }
    // One statement for all topics: a queue policy may have at most twenty statements.
    for (const target of [queue, deadLetterQueue]) {
      target.addToResourcePolicy(
        new PolicyStatement({
          actions: ['sqs:SendMessage'],
          principals: [new ServicePrincipal('sns.amazonaws.com')],
          resources: [target.queueArn],
          conditions: { ArnEquals: { 'aws:SourceArn': topics.map(({ topicArn }) => topicArn) } },
        }),
      );
    }
  }

  #topicArn(resource: string): string {
    return Stack.of(this).formatArn({
      service: 'sns',
      region: MARKETPLACE_REGION,
      account: MARKETPLACE_ACCOUNT,
      arnFormat: ArnFormat.NO_RESOURCE_NAME,
      resource,
    });
  }
}

/** Only products with contract pricing have an entitlement topic. Subscribing to a topic that does not exist fails. */
function topicNames({ productCode, identityMode, pricingModel }: Product): string[] {
  if (identityMode !== 'legacy') return [];
  const subscriptions = `aws-mp-subscription-notification-${productCode}`;
  if (pricingModel === 'subscription') return [subscriptions];
  return [subscriptions, `aws-mp-entitlement-notification-${productCode}`];
}
