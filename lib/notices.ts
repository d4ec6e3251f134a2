import { EventBus } from 'aws-cdk-lib/aws-events';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import {
  FUNCTION_NAMES,
  FUNCTIONS,
  type FunctionDesign,
  type FunctionName,
} from '../lambdas/shared/contract/functions';
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

  /**
   * Lets an update change the functions that write notices after the one that publishes them. The version before skips a
   * notice that it does not know, and nobody would be told.
   */
  updateBefore(functions: Readonly<Record<FunctionName, IFunction>>): void {
    for (const name of FUNCTION_NAMES) {
      const { tables }: FunctionDesign = FUNCTIONS[name];
      if (tables.includes('notices')) resourceOf(functions[name]).node.addDependency(resourceOf(this.publishNotices));
    }
  }
}

/** Without its role and log group, which need no order. */
const resourceOf = ({ node }: IFunction) => node.findChild('Resource');
