import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { FUNCTIONS } from '../lambdas/shared/contract/functions';
import type { FailedBatches } from './failed-batches';
import { MarketplaceFunction, type FunctionSettings } from './marketplace-function';
import { MarketplaceTable } from './marketplace-table';
import { TableStream } from './table-stream';

export interface UsageTalliesProps {
  readonly settings: FunctionSettings;
  readonly subscriptions: MarketplaceTable<'subscriptions'>;
  readonly usageEvents: MarketplaceTable<'usageEvents'>;
  readonly hourlyUsage: MarketplaceTable<'hourlyUsage'>;
  readonly notices: MarketplaceTable<'notices'>;
  readonly failedBatches: FailedBatches;
}

/** Records what each delivery of the UsageEvents stream adds to its hours. */
export class UsageTallies extends Construct {
  readonly table: MarketplaceTable<'usageTallies'>;
  readonly aggregateUsage: MarketplaceFunction<'aggregate-usage'>;

  constructor(scope: Construct, id: string, props: UsageTalliesProps) {
    super(scope, id);
    const { settings, hourlyUsage } = props;
    this.table = new MarketplaceTable(this, 'Table', { design: 'usageTallies' });
    this.aggregateUsage = new MarketplaceFunction(this, 'AggregateUsage', {
      ...settings,
      name: 'aggregate-usage',
      memorySize: 1024,
    });
    this.aggregateUsage.addVariables({
      SUBSCRIPTIONS_TABLE_NAME: props.subscriptions.grantActions(this.aggregateUsage, 'BatchGetItem'),
      USAGE_TALLIES_TABLE_NAME: this.table.grantActions(this.aggregateUsage, 'PutItem', 'Query'),
      HOURLY_USAGE_TABLE_NAME: hourlyUsage.grantActions(this.aggregateUsage, 'GetItem', 'PutItem', 'UpdateItem'),
      NOTICES_TABLE_NAME: props.notices.grantActions(this.aggregateUsage, 'PutItem'),
    });

    new TableStream(this, 'Stream', {
      table: props.usageEvents,
      target: this.aggregateUsage,
      // Never REMOVE: an event that expires was billed long ago. MODIFY records that an event was overwritten.
      changes: ['INSERT', 'MODIFY'],
      // One batch at a time per shard: parallel batches would split the same events into more tallies.
      batchSize: FUNCTIONS['aggregate-usage'].batchSize,
      maxBatchingWindow: Duration.seconds(settings.configuration.usage.batchingWindowSeconds),
      onFailure: props.failedBatches,
    });
  }
}
