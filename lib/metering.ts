import { Schedule } from 'aws-cdk-lib/aws-events';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { FUNCTIONS, SCHEDULE_MINUTES } from '../lambdas/shared/contract/functions';
import { EndingReminders } from './ending-reminders';
import { ExplainedError } from './explained-error';
import type { FailedBatches } from './failed-batches';
import { grantMarketplaceAction } from './marketplace-actions';
import { MarketplaceFunction, type FunctionSettings } from './marketplace-function';
import type { MarketplaceTable } from './marketplace-table';
import { scheduleRuns } from './scheduled-runs';
import { TableStream } from './table-stream';

export interface MeteringProps {
  readonly settings: FunctionSettings;
  readonly subscriptions: MarketplaceTable<'subscriptions'>;
  readonly notices: MarketplaceTable<'notices'>;
  readonly failedBatches: FailedBatches;
  readonly usageTallies: MarketplaceTable<'usageTallies'>;
  readonly hourlyUsage: MarketplaceTable<'hourlyUsage'>;
  readonly meterConcurrency: number | undefined;
}

/**
 * A scheduled run and the end of the one before, the four shards with which a stream of an on-demand table begins, and two
 * receivers of the queue.
 */
const LEAST_CONCURRENCY = 8;

/** Seals hours and sends them to AWS Marketplace: once an hour, and between those runs whatever is still due. */
export class Metering extends Construct {
  readonly meterUsage: MarketplaceFunction<'meter-usage'>;
  readonly reminderQueue: IQueue;

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
      reservedConcurrentExecutions: checkedConcurrency(props.meterConcurrency),
    });
    grantMarketplaceAction(this.meterUsage, 'BatchMeterUsage');
    hourlyUsage.grantIndexQuery(this.meterUsage, 'due');
    const reminders = new EndingReminders(this, 'EndingReminders', { meterUsage: this.meterUsage });
    this.reminderQueue = reminders.queue;
    this.meterUsage.addVariables({
      ENDING_REMINDERS_URL: reminders.queue.queueUrl,
      SUBSCRIPTIONS_TABLE_NAME: props.subscriptions.grantActions(this.meterUsage, 'BatchGetItem', 'UpdateItem'),
      NOTICES_TABLE_NAME: props.notices.grantActions(this.meterUsage, 'PutItem'),
      USAGE_TALLIES_TABLE_NAME: props.usageTallies.grantActions(this.meterUsage, 'Query'),
      HOURLY_USAGE_TABLE_NAME: hourlyUsage.grantActions(
        this.meterUsage,
        'BatchGetItem',
        'GetItem',
        'Query',
        'UpdateItem',
      ),
    });

    this.#followSubscriptions(props);

    const { graceMinutes } = settings.configuration.usage;
    scheduleRuns(this, this.meterUsage, {
      EveryHour: Schedule.cron({ minute: String(graceMinutes) }),
      CatchUp: Schedule.cron({ minute: catchUpMinutes(graceMinutes).join(',') }),
    });
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
}

/**
 * Every five minutes but the hourly run's: two runs at once bill nothing twice, but they split the hours and fill fewer calls.
 */
function catchUpMinutes(graceMinutes: number): number[] {
  const minutes = Array.from(
    { length: 60 / SCHEDULE_MINUTES - 1 },
    (_, n) => graceMinutes + (n + 1) * SCHEDULE_MINUTES,
  );
  return minutes.map((minute) => minute % 60).sort((a, b) => a - b);
}

function checkedConcurrency(meterConcurrency: number | undefined): number | undefined {
  if (meterConcurrency === undefined) return undefined;
  if (Number.isInteger(meterConcurrency) && meterConcurrency >= LEAST_CONCURRENCY) return meterConcurrency;
  throw new ExplainedError(
    `meterConcurrency is ${meterConcurrency}. Set it to a whole number from ${LEAST_CONCURRENCY} on, because it is also the ` +
      'most that may run at once: a scheduled run and the end of the one before, four shards of a stream and two receivers of a queue.',
  );
}
