import { Stack } from 'aws-cdk-lib';
import type { ThrottleSettings } from 'aws-cdk-lib/aws-apigatewayv2';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import {
  parseSellerConfiguration,
  type SellerConfigurationInput,
} from '../lambdas/shared/contract/seller-configuration';
import type { TableName } from '../lambdas/shared/contract/tables';
import { Entitlements } from './entitlements';
import { FailedBatches } from './failed-batches';
import type { FunctionName } from '../lambdas/shared/contract/functions';
import { requireMarketplaceRegion } from './marketplace-region';
import { MarketplaceTable } from './marketplace-table';
import { Metering } from './metering';
import { Notices } from './notices';
import { Observation } from './observation';
import { PublicApi } from './public-api';
import { toPublicDomain } from './public-domain';
import { PublicEntrance } from './public-entrance';
import { Registrations } from './registrations';
import { SaasMetrics } from './saas-metrics';
import { SubscriptionStatus } from './subscription-status';
import { Subscriptions } from './subscriptions';
import { UsageEvents } from './usage-events';
import { UsageTallies } from './usage-tallies';

export interface MarketplaceSaasProps {
  /** The listing, its dimensions and how its usage is treated. */
  readonly configuration: SellerConfigurationInput;
  /**
   * The key over buyers' contact data.
   *
   * @default - the key AWS manages for DynamoDB in the account
   */
  readonly encryptionKey?: IKey;
  /**
   * How long functions' and accesses' logs are kept. AWS asks sellers for an audit log of at least a year.
   *
   * @default RetentionDays.ONE_YEAR
   */
  readonly logRetention?: RetentionDays;
  /**
   * How many calls a second each public route takes, from everybody together.
   *
   * @default - 10 a second, 20 at once
   */
  readonly publicThrottle?: ThrottleSettings;
  /**
   * How many signed calls a second the application may make, on all routes together. Without a limit an application that
   * goes round in circles takes what the account's other APIs live on.
   *
   * @default - 1,000 a second, 2,000 at once: 100,000 usage events a second
   */
  readonly signedThrottle?: ThrottleSettings;
  /**
   * A name of your own for the address that buyers come to. Wants `certificate`.
   *
   * @default - a name of AWS's
   */
  readonly domainName?: string;
  /**
   * Covers `domainName`; in us-east-1.
   *
   * @default - none
   */
  readonly certificate?: ICertificate;
  /**
   * Where `domainName` is pointed at the address.
   *
   * @default - you point it there yourself
   */
  readonly hostedZone?: IHostedZone;
  /**
   * Puts a CloudFront distribution with a WAF web ACL in front of the routes that browsers call; at the API's own address
   * they are refused then. The signed routes stay there: a signature holds for one host.
   *
   * @default false
   */
  readonly firewall?: boolean;
  /**
   * Is told when an alarm goes on, and when it is over. A topic of your own must let CloudWatch publish.
   *
   * @default - a topic is made, `alarmTopic`; it tells nobody until somebody subscribes
   */
  readonly alarmTopic?: ITopic;
}

/**
 * Makes a SaaS product a correct AWS Marketplace product: buyers are registered, their licences are followed, and what
 * they use is billed exactly once.
 *
 * The seller's application sees three things: `registrationUrl`, where its buyers land; `usageUrl`, where it reports
 * usage; and `eventBus`, where it hears of what happens.
 */
export class MarketplaceSaas extends Construct {
  /** The fulfilment URL to enter in the listing. */
  readonly registrationUrl: string;
  /** Where the seller's own sign-up page exchanges a buyer's one-time code. Wants `grantExchangeRegistration`. */
  readonly registrationExchangeUrl: string;
  /** Where the seller's application reports usage. Wants `grantReportUsage`. */
  readonly usageUrl: string;
  /** Where the seller's application asks about subscriptions. Wants `grantDescribeSubscriptions`. */
  readonly subscriptionsUrl: string;
  readonly eventBus: IEventBus;
  readonly tables: Readonly<Record<TableName, ITable>>;
  readonly functions: Readonly<Record<FunctionName, IFunction>>;
  /** Batches of stream records that were given up on, whole. */
  readonly failedBatchesBucket: IBucket;
  /** What the functions count. */
  readonly metrics: SaasMetrics;
  readonly alarmTopic: ITopic;
  /** One for each way in which money can get stuck; the description of each names its section of the runbook. */
  readonly alarms: readonly IAlarm[];

  readonly #api: PublicApi;
  readonly #usageEvents: MarketplaceTable<'usageEvents'>;

  constructor(scope: Construct, id: string, props: MarketplaceSaasProps) {
    super(scope, id);
    requireMarketplaceRegion(this);
    const configuration = parseSellerConfiguration(props.configuration);
    const { logRetention = RetentionDays.ONE_YEAR, publicThrottle = { rateLimit: 10, burstLimit: 20 } } = props;
    const { signedThrottle = { rateLimit: 1000, burstLimit: 2000 }, firewall = false } = props;
    this.metrics = new SaasMetrics(namespaceOf(this));
    const settings = { configuration, logRetention, metricsNamespace: this.metrics.namespace };

    // Both are what other stages end in: what failed for good, and what the seller's application is told.
    const failedBatches = new FailedBatches(this, 'FailedBatches', { configuration });
    const notices = new Notices(this, 'Notices', { settings, failedBatches });

    // AWS Marketplace and the buyer's browser, in either order.
    const subscriptions = new Subscriptions(this, 'Subscriptions', { settings, notices: notices.table });
    const stored = { settings, subscriptions: subscriptions.table, notices: notices.table };
    const registrations = new Registrations(this, 'Registrations', { ...stored, encryptionKey: props.encryptionKey });
    const entitlements = new Entitlements(this, 'Entitlements', { ...stored, failedBatches });

    // The seller's application → events → tallies → hours → AWS Marketplace.
    const usageEvents = new UsageEvents(this, 'UsageEvents', { settings, subscriptions: subscriptions.table });
    const hourlyUsage = new MarketplaceTable(this, 'HourlyUsage', { design: 'hourlyUsage' });
    const usageTallies = new UsageTallies(this, 'UsageTallies', {
      settings,
      usageEvents: usageEvents.table,
      hourlyUsage,
      notices: notices.table,
      failedBatches,
    });
    const metered = { settings, subscriptions: subscriptions.table, usageTallies: usageTallies.table, hourlyUsage };
    const metering = new Metering(this, 'Metering', { ...metered, notices: notices.table, failedBatches });
    const { describeSubscription } = new SubscriptionStatus(this, 'SubscriptionStatus', metered);

    this.functions = {
      'register-subscription': registrations.registerSubscription,
      'complete-registration': registrations.completeRegistration,
      'exchange-registration': registrations.exchangeRegistration,
      'follow-agreement': subscriptions.followAgreement,
      'refresh-entitlements': entitlements.refreshEntitlements,
      'publish-notices': notices.publishNotices,
      'record-usage': usageEvents.recordUsage,
      'aggregate-usage': usageTallies.aggregateUsage,
      'meter-usage': metering.meterUsage,
      'describe-subscription': describeSubscription,
    };
    this.#api = new PublicApi(this, 'PublicApi', {
      functions: this.functions,
      publicThrottle,
      signedThrottle,
      logRetention,
    });
    const entrance = new PublicEntrance(this, 'PublicEntrance', {
      api: this.#api,
      domain: toPublicDomain(props),
      firewall,
      browserFunctions: [registrations.registerSubscription, registrations.completeRegistration],
    });

    this.registrationUrl = `${entrance.endpoint}/register`;
    this.registrationExchangeUrl = `${this.#api.endpoint}/registration/exchange`;
    this.usageUrl = `${this.#api.endpoint}/usage`;
    this.subscriptionsUrl = `${this.#api.endpoint}/subscriptions`;
    this.eventBus = notices.bus;
    this.failedBatchesBucket = failedBatches.bucket;
    this.#usageEvents = usageEvents.table;
    this.tables = {
      registrations: registrations.table,
      subscriptions: subscriptions.table,
      usageEvents: usageEvents.table,
      usageTallies: usageTallies.table,
      hourlyUsage,
      notices: notices.table,
    };
    const { alarmTopic, alarms } = new Observation(this, 'Observation', {
      configuration,
      failedBatches,
      alarmTopic: props.alarmTopic,
      metrics: this.metrics,
      api: this.#api,
      functions: this.functions,
      queue: subscriptions.queue,
      deadLetterQueue: subscriptions.deadLetterQueue,
    });
    this.alarmTopic = alarmTopic;
    this.alarms = alarms;
  }

  /** Lets the seller's application report usage to `usageUrl`, where each event is checked and answered. */
  grantReportUsage(grantee: IGrantable): Grant {
    return this.#api.grantInvoke(grantee, '/usage');
  }

  /** Lets the seller's application read state, entitlements and usage of every subscription at `subscriptionsUrl`. */
  grantDescribeSubscriptions(grantee: IGrantable): Grant {
    return this.#api.grantDescribe(grantee);
  }

  /**
   * Lets an application in this account put usage events into the table itself: cheaper, but nothing checks them before
   * they are stored, and IAM cannot make it put only new ones. Prefer `grantReportUsage`.
   */
  grantPutUsageEvents(grantee: IGrantable): void {
    this.#usageEvents.grantActions(grantee, 'PutItem');
  }

  /** Lets the seller's own sign-up page exchange a buyer's one-time code at `registrationExchangeUrl`. */
  grantExchangeRegistration(grantee: IGrantable): Grant {
    return this.#api.grantInvoke(grantee, '/registration/exchange');
  }
}

/** By stack and path: neither another stack in the account nor another construct in the stack writes there. */
function namespaceOf(scope: Construct): string {
  const { stackName, node } = Stack.of(scope);
  const path = scope.node.path.slice(node.path.length).replaceAll(/[^0-9A-Za-z.\-_/#:]/g, '-');
  return `${stackName}${path}`;
}
