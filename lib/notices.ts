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

/** What the seller's application is told: an outbox, written with the change itself, and the bus it is published on. */
export class Notices extends Construct {
  readonly table: MarketplaceTable<'notices'>;
  readonly bus: EventBus;
  readonly publishNotices: MarketplaceFunction<'publish-notices'>;

  constructor(scope: Construct, id: string, { settings, failedBatches }: NoticesProps) {
    super(scope, id);
    this.table = new MarketplaceTable(this, 'Table', { design: 'notices' });
    this.bus = new EventBus(this, 'Bus', { description: 'What AWS Marketplace SaaS tells the application' });

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
      // A notice is written once and never changed.
      changes: ['INSERT'],
      batchSize: FUNCTIONS['publish-notices'].batchSize,
      onFailure: failedBatches,
    });
  }
}
