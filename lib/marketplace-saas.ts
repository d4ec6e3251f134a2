import { Stack } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { Grant, IGrantable, IManagedPolicy, IRole } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { parseSellerConfiguration } from '../lambdas/shared/contract/seller-configuration';
import type { TableName } from '../lambdas/shared/contract/tables';
import { readBrand } from './brand';
import { Encryption } from './encryption';
import { Entitlements } from './entitlements';
import { FailedBatches } from './failed-batches';
import type { FunctionName } from '../lambdas/shared/contract/functions';
import { requireMarketplaceRegion } from './marketplace-region';
import type { MarketplaceSaasProps } from './marketplace-saas-props';
import { MarketplaceTable } from './marketplace-table';
import { Metering } from './metering';
import { Notices } from './notices';
import { Observation } from './observation';
import { OperatorPolicies } from './operator-policies';
import { PublicApi } from './public-api';
import { toPublicDomain } from './public-domain';
import { PublicEntrance } from './public-entrance';
import { Registrations } from './registrations';
import { SaasMetrics } from './saas-metrics';
import { SubscriptionStatus } from './subscription-status';
import { Subscriptions } from './subscriptions';
import { requireSameAccount, usageAccountsRole, type UsageAccount } from './usage-accounts';
import { UsageEvents } from './usage-events';
import { UsageTallies } from './usage-tallies';

/**
 * Connects a SaaS product to AWS Marketplace: it registers buyers, tracks their licences and bills their usage exactly
 * once.
 *
 * The seller's application deals with three things: `registrationUrl`, where buyers arrive; `usageUrl`, where it reports
 * usage; and `eventBus`, where it receives notices.
 */
export class MarketplaceSaas extends Construct {
  /** The fulfilment URL to enter in the listing. */
  readonly registrationUrl: string;
  /** Where the seller's own sign-up page exchanges a buyer's one-time code. Requires `grantExchangeRegistration`. */
  readonly registrationExchangeUrl: string;
  /** Where the seller's application reports usage. Requires `grantReportUsage`. */
  readonly usageUrl: string;
  /** Where the seller's application reads subscriptions. Requires `grantDescribeSubscriptions`. */
  readonly subscriptionsUrl: string;
  /** Carries the notices to the seller's application. */
  readonly eventBus: IEventBus;
  /** The tables, by name. They stay when the stack is deleted. */
  readonly tables: Readonly<Record<TableName, ITable>>;
  /** The functions, by the folder of their code. */
  readonly functions: Readonly<Record<FunctionName, IFunction>>;
  /** Keeps the complete stream batches whose retries are exhausted. */
  readonly failedBatchesBucket: IBucket;
  /** Where the runbook is, as the alarms say it. */
  readonly runbookUrl: string;
  /** Where CloudWatch shows the dashboard. */
  readonly dashboardUrl: string;
  /** The metrics that the functions write. */
  readonly metrics: SaasMetrics;
  /** Receives a message when an alarm starts and when it ends: subscribe to it. */
  readonly alarmTopic: ITopic;
  /** One for each way that billing can get stuck. Each description names its runbook section. */
  readonly alarms: readonly IAlarm[];

  /** Assumed by applications in `usageAccounts`: it may call all signed routes. Undefined without such accounts. */
  readonly usageRole: IRole | undefined;
  /** What `npm run ops` needs, for the roles of your operators. They are attached to nobody. */
  readonly operatorPolicies: Readonly<Record<'read' | 'change' | 'personalData', IManagedPolicy>>;

  readonly #api: PublicApi;
  readonly #usageEvents: MarketplaceTable<'usageEvents'>;
  readonly #encryption: Encryption | undefined;

  constructor(scope: Construct, id: string, props: MarketplaceSaasProps) {
    super(scope, id);
    requireMarketplaceRegion(this);
    const configuration = parseSellerConfiguration(props.configuration);
    const { logRetention = RetentionDays.ONE_YEAR, publicThrottle = { rateLimit: 10, burstLimit: 20 } } = props;
    const { signedThrottle = { rateLimit: 1000, burstLimit: 2000 }, firewall = false } = props;
    this.metrics = new SaasMetrics(namespaceOf(this));
    const brand = readBrand(configuration.page, props.configurationFolder);
    const settings = { configuration, brand, logRetention, metricsNamespace: this.metrics.namespace };

    this.#encryption = encryptionOf(this, props);

    // The other stages need both: the bucket for their failed batches, the outbox for their notices.
    const failedBatches = new FailedBatches(this, 'FailedBatches', { configuration });
    const notices = new Notices(this, 'Notices', { settings, failedBatches });

    // Input from AWS Marketplace and from the buyer's browser, in either order.
    const subscriptions = new Subscriptions(this, 'Subscriptions', { settings, notices: notices.table });
    const stored = { settings, subscriptions: subscriptions.table, notices: notices.table };
    const registrations = new Registrations(this, 'Registrations', stored);
    const entitlements = new Entitlements(this, 'Entitlements', { ...stored, failedBatches });

    // The seller's application → events → tallies → hours → AWS Marketplace.
    const usageEvents = new UsageEvents(this, 'UsageEvents', { settings, subscriptions: subscriptions.table });
    const hourlyUsage = new MarketplaceTable(this, 'HourlyUsage', { design: 'hourlyUsage' });
    const ledger = { ...stored, hourlyUsage, failedBatches };
    const usageTallies = new UsageTallies(this, 'UsageTallies', { ...ledger, usageEvents: usageEvents.table });
    const metered = { ...ledger, usageTallies: usageTallies.table };
    const metering = new Metering(this, 'Metering', { ...metered, meterConcurrency: props.meterConcurrency });
    registrations.retainContacts(subscriptions, metering);
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
    const { functions, metrics } = this;
    notices.updateBefore(functions);
    this.#api = new PublicApi(this, 'PublicApi', { functions, publicThrottle, signedThrottle, logRetention });
    const browserFunctions = [registrations.registerSubscription, registrations.completeRegistration];
    const entry = { api: this.#api, domain: toPublicDomain(props), firewall, browserFunctions };
    const entrance = new PublicEntrance(this, 'PublicEntrance', entry);

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
    const stages = { subscriptions, registrations, usageEvents, usageTallies, metering, notices, failedBatches };
    this.operatorPolicies = new OperatorPolicies(this, 'OperatorPolicies', { ...stages, hourlyUsage });
    const { alarmTopic, runbookUrl = 'docs/runbook.md' } = props;
    const observation = new Observation(this, 'Observation', {
      ...{ configuration, failedBatches, alarmTopic, runbookUrl, metrics, functions },
      api: this.#api,
      queue: subscriptions.queue,
      deadLetterQueue: subscriptions.deadLetterQueue,
    });
    this.runbookUrl = runbookUrl;
    ({ alarmTopic: this.alarmTopic, alarms: this.alarms, dashboardUrl: this.dashboardUrl } = observation);
    this.usageRole = this.#usageRoleFor(props.usageAccounts ?? []);
  }

  #usageRoleFor(accounts: readonly UsageAccount[]): IRole | undefined {
    if (accounts.length === 0) return undefined;
    const role = usageAccountsRole(this, 'UsageRole', accounts);
    this.grantReportUsage(role);
    this.grantDescribeSubscriptions(role);
    this.grantExchangeRegistration(role);
    return role;
  }

  /**
   * Allows the seller's application to report usage at `usageUrl`, which checks and answers each event.
   * @throws ExplainedError, like every grant, for a grantee of another account (use `usageAccounts`) or without a policy.
   */
  grantReportUsage(grantee: IGrantable): Grant {
    requireSameAccount(this, grantee);
    return this.#api.grantInvoke(grantee, '/usage');
  }

  /** Allows the seller's application to read the state, entitlements and usage of subscriptions at `subscriptionsUrl`. */
  grantDescribeSubscriptions(grantee: IGrantable): Grant {
    requireSameAccount(this, grantee);
    return this.#api.grantDescribe(grantee);
  }

  /**
   * Allows an application in this account to put usage events into the table directly. This is cheaper, but nothing
   * checks the events first, and IAM cannot prevent the application from overwriting one. Prefer `grantReportUsage`.
   */
  grantPutUsageEvents(grantee: IGrantable): void {
    requireSameAccount(this, grantee);
    this.#usageEvents.grantActions(grantee, 'PutItem');
    this.#encryption?.grantUse(grantee, ['dynamodb']);
  }

  /** Allows the seller's own sign-up page to exchange a buyer's one-time code at `registrationExchangeUrl`. */
  grantExchangeRegistration(grantee: IGrantable): Grant {
    requireSameAccount(this, grantee);
    return this.#api.grantInvoke(grantee, '/registration/exchange');
  }
}

function encryptionOf(scope: Construct, { encryptionKey }: MarketplaceSaasProps): Encryption | undefined {
  return encryptionKey && new Encryption(scope, 'Encryption', { encryptionKey });
}

/** Made of the stack's name and the construct's path, so that no other construct in the account writes to it. */
function namespaceOf(scope: Construct): string {
  const { stackName, node } = Stack.of(scope);
  const path = scope.node.path.slice(node.path.length).replaceAll(/[^0-9A-Za-z.\-_/#:]/g, '-');
  return `${stackName}${path}`;
}
