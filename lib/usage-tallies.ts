import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { AggregateUsageEnv } from '../lambdas/shared/contract/env';
import type { FailedBatches } from './failed-batches';
import { MarketplaceFunction, type FunctionSettings } from './marketplace-function';
import { MarketplaceTable } from './marketplace-table';
import { TableStream } from './table-stream';

export interface UsageTalliesProps {
  readonly settings: FunctionSettings;
  readonly usageEvents: MarketplaceTable;
  readonly hourlyUsage: MarketplaceTable;
  readonly notices: MarketplaceTable;
  readonly failedBatches: FailedBatches;
}

/** What each delivery of the usage events' stream adds to the hours it touches. */
export class UsageTallies extends Construct {
  readonly table: MarketplaceTable;
  readonly aggregateUsage: MarketplaceFunction;

  constructor(scope: Construct, id: string, props: UsageTalliesProps) {
    super(scope, id);
    const { settings, hourlyUsage } = props;
    this.table = new MarketplaceTable(this, 'Table', { design: 'usageTallies' });
    this.aggregateUsage = new MarketplaceFunction(this, 'AggregateUsage', {
      ...settings,
      verb: 'aggregate-usage',
      memorySize: 1024,
      timeout: Duration.minutes(2),
    });
    this.aggregateUsage.addEnvironmentVariables({
      USAGE_TALLIES_TABLE_NAME: this.table.grantActions(this.aggregateUsage, 'PutItem', 'Query'),
      HOURLY_USAGE_TABLE_NAME: hourlyUsage.grantActions(this.aggregateUsage, 'GetItem', 'PutItem', 'UpdateItem'),
      NOTICES_TABLE_NAME: props.notices.grantActions(this.aggregateUsage, 'PutItem'),
    } satisfies AggregateUsageEnv);

    new TableStream(this, 'Stream', {
      table: props.usageEvents,
      target: this.aggregateUsage,
      // Never REMOVE: an event whose time to live is over was billed long ago. An overwritten event leaves a mark.
      changes: ['INSERT', 'MODIFY'],
      // A tally costs the same for 2 events and for 200, so a large batch is a cheap one. Beyond 1,000 nothing is left
      // to gain, a failed batch is repeated at greater cost, and Lambda cuts it at 6 MB anyway. One batch at a time a
      // shard for the same reason: parallel ones would cut the same events into more tallies.
      batchSize: 1000,
      maxBatchingWindow: Duration.seconds(settings.configuration.usage.batchingWindowSeconds),
      onFailure: props.failedBatches,
    });
  }
}
