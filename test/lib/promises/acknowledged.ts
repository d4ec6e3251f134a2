import { Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** A rule that a construct breaks or is acknowledged to break. */
export interface Finding {
  id: string;
  path: string;
}

interface Acknowledgement extends Finding {
  reason: unknown;
}

/** Acknowledgements as cdk-nag reads them. */
export function acknowledgements(stack: Construct): Acknowledgement[] {
  return stack.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data))
      .map(([id, reason]) => ({ id: id.replace(/^annotation::/i, ''), path: node.path, reason })),
  );
}

/** The constructs that may break each rule. */
export type Acknowledged = Readonly<Record<string, readonly string[]>>;

export function byRule(of: readonly Acknowledgement[]): Acknowledged {
  const paths = (rule: string) =>
    of.filter(({ id }) => id === rule).map(({ path }) => path.replace(/^.*?Saas\/Saas\//, ''));
  return Object.fromEntries(of.map(({ id }) => [id.replace(/<Saas\w+?[0-9A-F]{8}\.Arn>/, '<bucket>'), paths(id)]));
}

export const ACKNOWLEDGED: Acknowledged = {
  'AwsSolutions-S1': ['FailedBatches/Bucket'],
  'AwsSolutions-IAM5[Resource::*]': [
    'Notices/PublishNoticesRole',
    'Subscriptions/FollowAgreementRole',
    'Registrations/RegisterSubscriptionRole',
    'Registrations/CompleteRegistrationRole',
    'Registrations/ExchangeRegistrationRole',
    'Entitlements/RefreshEntitlementsRole',
    'UsageEvents/RecordUsageRole',
    'UsageTallies/AggregateUsageRole',
    'Metering/MeterUsageRole',
    'SubscriptionStatus/DescribeSubscriptionRole',
    'OperatorPolicies/Read',
  ],
  'AwsSolutions-IAM5[Resource::<bucket>/aws/lambda/*]': [
    'Notices/PublishNoticesRole',
    'Entitlements/RefreshEntitlementsRole',
    'UsageTallies/AggregateUsageRole',
    'Metering/MeterUsageRole',
    'OperatorPolicies/Read',
    'OperatorPolicies/Change',
  ],
  'AwsSolutions-IAM5[Resource::arn:aws:cloudformation:us-east-1:*:stack/MarketplaceSaas/*]': ['OperatorPolicies/Read'],
  'Serverless-LambdaDLQ': [
    'Notices/PublishNotices',
    'Subscriptions/FollowAgreement',
    'Registrations/RegisterSubscription',
    'Registrations/CompleteRegistration',
    'Registrations/ExchangeRegistration',
    'Entitlements/RefreshEntitlements',
    'UsageEvents/RecordUsage',
    'UsageTallies/AggregateUsage',
    'Metering/MeterUsage',
    'SubscriptionStatus/DescribeSubscription',
  ],
  'Serverless-SQSRedrivePolicy': ['Subscriptions/DeadLetterQueue', 'Metering/EndingReminders/Queue'],
  'Serverless-LambdaEventSourceMappingDestination': ['Subscriptions/Mapping', 'Metering/EndingReminders/Mapping'],
  'Serverless-LambdaAsyncFailureDestination': ['Entitlements/RefreshEntitlements', 'Metering/MeterUsage'],
  'Serverless-EventBusDLQ': ['Entitlements/Sweep', 'Metering/EveryHour', 'Metering/CatchUp'],
  'AwsSolutions-SQS3': ['Metering/EndingReminders/Queue'],
  'AwsSolutions-APIG4': [
    'PublicApi/Api/POST--register',
    'PublicApi/Api/GET--register',
    'PublicApi/Api/HEAD--register',
    'PublicApi/Api/POST--register--{rest+}',
    'PublicApi/Api/GET--register--{rest+}',
    'PublicApi/Api/HEAD--register--{rest+}',
    'PublicApi/Api/GET--registration',
    'PublicApi/Api/POST--registration',
  ],
};

/** With a firewall, besides. */
export const ACKNOWLEDGED_WITH_FIREWALL: Acknowledged = {
  'AwsSolutions-SMG4': ['PublicEntrance/FrontDoor/Secret'],
  'AwsSolutions-CFR1': ['PublicEntrance/FrontDoor/Distribution'],
  'AwsSolutions-CFR3': ['PublicEntrance/FrontDoor/Distribution'],
  'AwsSolutions-CFR4': ['PublicEntrance/FrontDoor/Distribution'],
};
