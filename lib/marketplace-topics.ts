import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSubscription } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Product, SellerConfiguration } from '../lambdas/shared/contract/seller-configuration';
import { MARKETPLACE_REGION } from './marketplace-region';

/** AWS Marketplace's own account, in which the topics of every seller's products are. */
const MARKETPLACE_ACCOUNT = '287250355862';

export interface MarketplaceTopicsProps {
  readonly configuration: SellerConfiguration;
  /** Where the notifications go. */
  readonly queue: Queue;
  /** Where those go that SNS could not deliver. */
  readonly deadLetterQueue: Queue;
}

/**
 * The SNS topics of products in identity mode `legacy`, of which EventBridge knows no licence. AWS lets the account that
 * sells the product subscribe to them, and no other.
 */
export class MarketplaceTopics extends Construct {
  constructor(scope: Construct, id: string, { configuration, queue, deadLetterQueue }: MarketplaceTopicsProps) {
    super(scope, id);
    const names = configuration.products.flatMap(topicNames);
    if (names.length === 0) return;
    const topicArns = names.map((name) => this.#topicArn(name));
    for (const [index, name] of names.entries()) {
      const subscription = new CfnSubscription(this, name.replaceAll(/[^a-zA-Z0-9-]/g, '-'), {
        topicArn: topicArns[index] ?? '',
        protocol: 'sqs',
        endpoint: queue.queueArn,
        // The messages themselves have neither an id nor a time: both are in SNS's envelope.
        rawMessageDelivery: false,
        redrivePolicy: { deadLetterTargetArn: deadLetterQueue.queueArn },
      });
      subscription.node.addDependency(queue, deadLetterQueue);
    }
    // One statement for all of them: a queue's policy takes twenty.
    for (const target of [queue, deadLetterQueue]) {
      target.addToResourcePolicy(
        new PolicyStatement({
          actions: ['sqs:SendMessage'],
          principals: [new ServicePrincipal('sns.amazonaws.com')],
          resources: [target.queueArn],
          conditions: { ArnEquals: { 'aws:SourceArn': topicArns } },
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

/** The entitlement topic is there for products sold by contract only; to subscribe to one that is not there fails. */
function topicNames({ productCode, identityMode, pricingModel }: Product): string[] {
  if (identityMode !== 'legacy') return [];
  const subscriptions = `aws-mp-subscription-notification-${productCode}`;
  if (pricingModel === 'subscription') return [subscriptions];
  return [subscriptions, `aws-mp-entitlement-notification-${productCode}`];
}
