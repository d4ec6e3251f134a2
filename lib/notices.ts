import { Duration } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import type { PublishNoticesEnv } from '../lambdas/shared/contract/env';
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
  readonly table: MarketplaceTable;
  readonly bus: EventBus;
  readonly publishNotices: MarketplaceFunction;

  constructor(scope: Construct, id: string, { settings, failedBatches }: NoticesProps) {
    super(scope, id);
    this.table = new MarketplaceTable(this, 'Table', { design: 'notices' });
    this.bus = new EventBus(this, 'Bus', { description: 'What AWS Marketplace SaaS tells the application' });

    this.publishNotices = new MarketplaceFunction(this, 'PublishNotices', {
      ...settings,
      verb: 'publish-notices',
      timeout: Duration.seconds(30),
    });
    this.bus.grantPutEventsTo(this.publishNotices);
    this.publishNotices.addEnvironmentVariables({
      EVENT_BUS_NAME: this.bus.eventBusName,
    } satisfies PublishNoticesEnv);

    new TableStream(this, 'Stream', {
      table: this.table,
      target: this.publishNotices,
      // A notice is written once and never changed.
      changes: ['INSERT'],
      batchSize: 100,
      onFailure: failedBatches,
    });
  }
}
