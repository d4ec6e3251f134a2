import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { configurationDigest } from '../lambdas/shared/contract/configuration-digest';
import { parseSellerConfiguration } from '../lambdas/shared/contract/seller-configuration';
import { MarketplaceSaas } from './marketplace-saas';
import type { MarketplaceSaasProps } from './marketplace-saas-props';

/** The properties of a CDK stack and those of the construct. */
export interface MarketplaceSaasStackProps extends StackProps, MarketplaceSaasProps {
  /** @default true: a deleted stack keeps its tables, but loses what waits in its queues and stream */
  readonly terminationProtection?: boolean;
}

/** A stack that holds one `MarketplaceSaas` and outputs what a seller enters in the listing and in the application. */
export class MarketplaceSaasStack extends Stack {
  /** The construct. */
  readonly saas: MarketplaceSaas;

  constructor(scope: Construct, id: string, props: MarketplaceSaasStackProps) {
    super(scope, id, { ...props, terminationProtection: props.terminationProtection ?? true });
    // CDK declares a dependency that the role's ARN already implies. cfn-lint warns about that and nothing else.
    this.templateOptions.metadata = { 'cfn-lint': { config: { ignore_checks: ['W3005'] } } };
    this.saas = new MarketplaceSaas(this, 'Saas', props);

    const { registrationUrl, registrationExchangeUrl, usageUrl, subscriptionsUrl } = this.saas;
    const { eventBus, failedBatchesBucket, tables, alarmTopic, usageRole, operatorPolicies } = this.saas;
    this.#output('RegistrationUrl', registrationUrl, 'The fulfilment URL to enter in the AWS Marketplace listing');
    this.#output('RegistrationExchangeUrl', registrationExchangeUrl, 'Exchanges a one-time code (IAM-signed POST)');
    this.#output('UsageUrl', usageUrl, 'Accepts usage events (IAM-signed POST)');
    this.#output('SubscriptionsUrl', subscriptionsUrl, 'Returns state, entitlements and usage (IAM-signed GET)');
    if (usageRole) this.#output('UsageRoleArn', usageRole.roleArn, 'The role for applications in other accounts');
    this.#output('EventBusName', eventBus.eventBusName, 'The event bus that carries notices to the application');
    this.#output(
      'FailedBatchesBucketName',
      failedBatchesBucket.bucketName,
      'Keeps stream batches whose retries are exhausted',
    );
    const { read, change, personalData } = operatorPolicies;
    this.#output('OperatorReadPolicyArn', read.managedPolicyArn, 'Lets `npm run ops` look, but not at personal data');
    this.#output('OperatorChangePolicyArn', change.managedPolicyArn, 'Lets `npm run ops` repair the ledger');
    this.#output(
      'OperatorPersonalDataPolicyArn',
      personalData.managedPolicyArn,
      'Lets `npm run ops` find buyers by name and delete their data',
    );
    this.#output('MetricsNamespace', this.saas.metrics.namespace, "The namespace of the stack's metrics in CloudWatch");
    this.#output('AlarmTopicArn', alarmTopic.topicArn, 'The topic that receives alarms: subscribe to it');
    this.#output('DashboardUrl', this.saas.dashboardUrl, 'Units used, covered, billed and waiting; alarms');
    this.#output('RunbookUrl', this.saas.runbookUrl, 'What to do about each alarm');
    this.#output(
      'ConfigurationDigest',
      configurationDigest(parseSellerConfiguration(props.configuration)),
      'Lets `npm run ops` check that its configuration is the deployed one',
    );
    for (const [noun, table] of Object.entries(tables)) {
      this.#output(`${noun.charAt(0).toUpperCase()}${noun.slice(1)}TableName`, table.tableName, `The ${noun} table`);
    }
  }

  #output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}
