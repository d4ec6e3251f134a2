import type { ThrottleSettings } from 'aws-cdk-lib/aws-apigatewayv2';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { SellerConfiguration } from '../lambdas/shared/contract/written-configuration';
import type { UsageAccount } from './usage-accounts';

/** What a `MarketplaceSaas` is made from. Only the configuration is required. */
export interface MarketplaceSaasProps {
  /** The listing, its dimensions and how usage is metered. */
  readonly configuration: SellerConfiguration;
  /**
   * The folder that the path of `configuration.page.logo` is relative to.
   *
   * @default - the working directory
   */
  readonly configurationFolder?: string;
  /**
   * Encrypts every table, queue, topic, log group and bucket of the stack. `create` makes a key that is rotated each year
   * and stays when the stack is deleted. Your own key needs a policy that lets AWS's services use it: CDK adds it to a key
   * that an app of yours makes; for a key that is only named, such as `Key.fromKeyArn(…)`, you add `keyPolicyStatements`.
   *
   * @default - the AWS managed key for buyers' contact data, and keys that AWS owns for the rest
   */
  readonly encryptionKey?: IKey | 'create';
  /**
   * How long function logs and access logs are kept. AWS asks sellers to keep an audit log for at least a year.
   *
   * @default RetentionDays.ONE_YEAR
   */
  readonly logRetention?: RetentionDays;
  /**
   * Limits the calls to each public route, for all callers together.
   *
   * @default - 10 per second, burst of 20
   */
  readonly publicThrottle?: ThrottleSettings;
  /**
   * Limits the application's signed calls, for all routes together. Without a limit, an application caught in a loop
   * could use up the quota that the account's APIs share.
   *
   * @default - 1,000 per second, burst of 2,000; enough for 100,000 usage events per second
   */
  readonly signedThrottle?: ThrottleSettings;
  /**
   * Reserves concurrent executions of Lambda for metering, so that no flood of other calls can hold all that the account
   * has. It is also the most that metering gets: at least 8. AWS leaves 100 of the account's to functions without a
   * reservation, and refuses the deployment otherwise; new accounts may have fewer in all.
   *
   * @default - metering shares the account's concurrency
   */
  readonly meterConcurrency?: number;
  /**
   * Your own domain name for the pages that buyers open. Requires `certificate`.
   *
   * @default - a domain name that AWS generates
   */
  readonly domainName?: string;
  /**
   * The certificate for `domainName`. It must be in us-east-1.
   *
   * @default - none
   */
  readonly certificate?: ICertificate;
  /**
   * The hosted zone in which the DNS records of `domainName` are created.
   *
   * @default - you create the DNS records yourself
   */
  readonly hostedZone?: IHostedZone;
  /**
   * Puts a CloudFront distribution with a WAF web ACL in front of the routes that browsers call. The API's own address
   * then refuses those routes. The signed routes stay at that address, because a signature is valid for one host only.
   *
   * @default false
   */
  readonly firewall?: boolean;
  /**
   * Receives a message when an alarm starts and when it ends. Your own topic must allow CloudWatch to publish.
   *
   * @default - a new topic, `alarmTopic`, which has no subscribers yet
   */
  readonly alarmTopic?: ITopic;
  /**
   * Where your engineers read the runbook: your own copy, because the one of this package, `docs/runbook.md`, has no
   * address. Each alarm's text carries this address with the anchor of its section.
   *
   * @default docs/runbook.md
   */
  readonly runbookUrl?: string;
  /**
   * Other AWS accounts in which the application runs. They may assume `usageRole`, each with its external id.
   *
   * @default - the application runs in this account
   */
  readonly usageAccounts?: readonly UsageAccount[];
}
