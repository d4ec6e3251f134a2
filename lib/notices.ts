import { EventBus } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { FUNCTIONS } from '../lambdas/shared/contract/functions';
import type { FailedBatches } from './failed-batches';
import { MarketplaceFunction, type FunctionSettings } from './marketplace-function';
import { MarketplaceTable } from './marketplace-table';
import { TableStream } from './table-stream';

export interface NoticesProps {
  readonly settings: FunctionSettings;
  readonly failedBatches: FailedBatches;
}

/** Notices to the seller's application: an outbox, written in the same transaction as the change, and an event bus. */
export class Notices extends Construct {
  readonly table: MarketplaceTable<'notices'>;
  readonly bus: EventBus;
  readonly publishNotices: MarketplaceFunction<'publish-notices'>;

  constructor(scope: Construct, id: string, { settings, failedBatches }: NoticesProps) {
    super(scope, id);
    this.table = new MarketplaceTable(this, 'Table', { design: 'notices' });
    this.bus = new EventBus(this, 'Bus', { description: 'Notices from AWS Marketplace SaaS to the application' });

    this.publishNotices = new MarketplaceFunction(this, 'PublishNotices', {
      ...settings,
      name: 'publish-notices',
    });
    this.bus.grantPutEventsTo(this.publishNotices);
    this.publishNotices.addVariables({
      EVENT_BUS_NAME: this.bus.eventBusName,
    });

    new TableStream(this, 'Stream', {
      table: this.table,
      target: this.publishNotices,
      // A notice never changes once it is written.
      changes: ['INSERT'],
      batchSize: FUNCTIONS['publish-notices'].batchSize,
      onFailure: failedBatches,
    });
  }
}
