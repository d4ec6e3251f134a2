import { Duration, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { FUNCTIONS, SCHEDULE_MINUTES } from '../lambdas/shared/contract/functions';
import type { FailedBatches } from './failed-batches';
import { grantMarketplaceAction } from './marketplace-actions';
import { MarketplaceFunction, type FunctionSettings } from './marketplace-function';
import type { MarketplaceTable } from './marketplace-table';
import { TableStream } from './table-stream';

const CATCH_UP_EVERY = Duration.minutes(SCHEDULE_MINUTES);

const NOTHING_TO_KEEP = 'A scheduled run carries no data: the next one finds everything that is due in HourlyUsage.';

export interface MeteringProps {
  readonly settings: FunctionSettings;
  readonly subscriptions: MarketplaceTable<'subscriptions'>;
  readonly notices: MarketplaceTable<'notices'>;
  readonly failedBatches: FailedBatches;
  readonly usageTallies: MarketplaceTable<'usageTallies'>;
  readonly hourlyUsage: MarketplaceTable<'hourlyUsage'>;
}

/** Seals hours and sends them to AWS Marketplace: once an hour, and between those runs whatever is still due. */
export class Metering extends Construct {
  readonly meterUsage: MarketplaceFunction<'meter-usage'>;

  constructor(scope: Construct, id: string, props: MeteringProps) {
    super(scope, id);
    const { settings, hourlyUsage } = props;
    this.meterUsage = new MarketplaceFunction(this, 'MeterUsage', {
      ...settings,
      name: 'meter-usage',
      // Folds the tallies of a busy hour in memory.
      memorySize: 2048,
      // The next scheduled run is the retry. A second layer of retries would only repeat it.
      retryAttempts: 0,
    });
    Validations.of(this.meterUsage).acknowledge({
      id: 'Serverless-LambdaAsyncFailureDestination',
      reason: NOTHING_TO_KEEP,
    });
    grantMarketplaceAction(this.meterUsage, 'BatchMeterUsage');
    hourlyUsage.grantIndexQuery(this.meterUsage, 'due');
    this.meterUsage.addVariables({
      SUBSCRIPTIONS_TABLE_NAME: props.subscriptions.grantActions(this.meterUsage, 'BatchGetItem', 'UpdateItem'),
      NOTICES_TABLE_NAME: props.notices.grantActions(this.meterUsage, 'PutItem'),
      USAGE_TALLIES_TABLE_NAME: props.usageTallies.grantActions(this.meterUsage, 'Query'),
      HOURLY_USAGE_TABLE_NAME: hourlyUsage.grantActions(this.meterUsage, 'GetItem', 'Query', 'UpdateItem'),
    });

    this.#followSubscriptions(props);

    const { graceMinutes } = settings.configuration.usage;
    this.#run('EveryHour', Schedule.cron({ minute: String(graceMinutes) }));
    // Offset from the hourly runs: two runs at once bill nothing twice, but they split the hours and send more calls.
    const every = CATCH_UP_EVERY.toMinutes();
    this.#run('CatchUp', Schedule.cron({ minute: `${(graceMinutes + 2) % every}/${every}` }));
  }

  /**
   * The last hours of a subscription cannot wait for a schedule: AWS accepts them for about an hour. Where hours without
   * usage are sent too, nothing else opens the first hour of a subscription.
   */
  #followSubscriptions({ settings, subscriptions, failedBatches }: MeteringProps): void {
    const { products } = settings.configuration;
    const sendsZeros = products.some(({ dimensions }) => dimensions.some(({ zeroRecords }) => zeroRecords));
    new TableStream(this, 'Endings', {
      table: subscriptions,
      target: this.meterUsage,
      changes: ['INSERT', 'MODIFY'],
      items: { state: { S: sendsZeros ? ['active', 'ending'] : ['ending'] } },
      batchSize: FUNCTIONS['meter-usage'].batchSize,
      onFailure: failedBatches,
    });
  }

  #run(id: string, schedule: Schedule): void {
    // A run that has not started when the next one is due is pointless.
    const target = new LambdaFunction(this.meterUsage, { retryAttempts: 2, maxEventAge: CATCH_UP_EVERY });
    const rule = new Rule(this, id, { schedule, targets: [target] });
    Validations.of(rule).acknowledge({ id: 'Serverless-EventBusDLQ', reason: NOTHING_TO_KEEP });
  }
}
