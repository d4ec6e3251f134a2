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

const NOTHING_TO_KEEP =
  'A scheduled run carries nothing: what is due stands in HourlyUsage, and the next run finds it.';

export interface MeteringProps {
  readonly settings: FunctionSettings;
  readonly subscriptions: MarketplaceTable<'subscriptions'>;
  readonly notices: MarketplaceTable<'notices'>;
  readonly failedBatches: FailedBatches;
  readonly usageTallies: MarketplaceTable<'usageTallies'>;
  readonly hourlyUsage: MarketplaceTable<'hourlyUsage'>;
}

/** Closes the hours and sends them to AWS Marketplace: every hour, and in between whatever is left over. */
export class Metering extends Construct {
  readonly meterUsage: MarketplaceFunction<'meter-usage'>;

  constructor(scope: Construct, id: string, props: MeteringProps) {
    super(scope, id);
    const { settings, hourlyUsage } = props;
    this.meterUsage = new MarketplaceFunction(this, 'MeterUsage', {
      ...settings,
      name: 'meter-usage',
      // A busy hour's tallies are folded in memory.
      memorySize: 2048,
      // The next scheduled run is the retry; one layer of them is enough.
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
    // Between the hourly runs, not beside them: two runs at once bill nothing twice, but share the hours out among them
    // and fill fewer calls.
    const every = CATCH_UP_EVERY.toMinutes();
    this.#run('CatchUp', Schedule.cron({ minute: `${(graceMinutes + 2) % every}/${every}` }));
  }

  /**
   * The last hours of a subscription cannot wait for a schedule: AWS takes them for about an hour. Its first hour is
   * opened by nobody else where hours without usage are sent, too.
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
    // A run that could not be started before the next one is due has nothing left to do.
    const target = new LambdaFunction(this.meterUsage, { retryAttempts: 2, maxEventAge: CATCH_UP_EVERY });
    const rule = new Rule(this, id, { schedule, targets: [target] });
    Validations.of(rule).acknowledge({ id: 'Serverless-EventBusDLQ', reason: NOTHING_TO_KEEP });
  }
}
