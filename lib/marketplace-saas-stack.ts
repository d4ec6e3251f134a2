import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { configurationDigest } from '../lambdas/shared/contract/configuration-digest';
import { parseSellerConfiguration } from '../lambdas/shared/contract/seller-configuration';
import { MarketplaceSaas, type MarketplaceSaasProps } from './marketplace-saas';

export interface MarketplaceSaasStackProps extends StackProps, MarketplaceSaasProps {}

/** `MarketplaceSaas` as a stack of its own, which prints what a seller enters into the listing and into the application. */
export class MarketplaceSaasStack extends Stack {
  readonly saas: MarketplaceSaas;

  constructor(scope: Construct, id: string, props: MarketplaceSaasStackProps) {
    super(scope, id, props);
    // CDK states the role a function needs although its ARN implies it: the one warning cfn-lint would have.
    this.templateOptions.metadata = { 'cfn-lint': { config: { ignore_checks: ['W3005'] } } };
    this.saas = new MarketplaceSaas(this, 'Saas', props);

    const { registrationUrl, registrationExchangeUrl, usageUrl, subscriptionsUrl } = this.saas;
    const { eventBus, failedBatchesBucket, tables, alarmTopic } = this.saas;
    this.#output('RegistrationUrl', registrationUrl, 'The fulfilment URL to enter in the AWS Marketplace listing');
    this.#output('RegistrationExchangeUrl', registrationExchangeUrl, 'Exchanges a one-time code (IAM-signed POST)');
    this.#output('UsageUrl', usageUrl, 'Takes usage events (IAM-signed POST)');
    this.#output('SubscriptionsUrl', subscriptionsUrl, 'Tells state, entitlements and usage (IAM-signed GET)');
    this.#output('EventBusName', eventBus.eventBusName, 'Tells the application what happens');
    this.#output(
      'FailedBatchesBucketName',
      failedBatchesBucket.bucketName,
      'Holds stream batches that failed for good',
    );
    this.#output('AlarmTopicArn', alarmTopic.topicArn, 'Is told of alarms: subscribe to it');
    this.#output(
      'ConfigurationDigest',
      configurationDigest(parseSellerConfiguration(props.configuration)),
      "Lets the operator's commands know that they read the same configuration",
    );
    for (const [noun, table] of Object.entries(tables)) {
      this.#output(`${noun[0]?.toUpperCase()}${noun.slice(1)}TableName`, table.tableName, `Table of ${noun}`);
    }
  }

  #output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}
