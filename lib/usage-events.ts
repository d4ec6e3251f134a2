import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { RecordUsageEnv } from '../lambdas/shared/contract/env';
import { MarketplaceFunction, type FunctionSettings } from './marketplace-function';
import { MarketplaceTable } from './marketplace-table';

export interface UsageEventsProps {
  readonly settings: FunctionSettings;
  readonly subscriptions: MarketplaceTable;
}

/** What the seller's application reports: kept as it came, once per id. */
export class UsageEvents extends Construct {
  readonly table: MarketplaceTable;
  readonly recordUsage: MarketplaceFunction;

  constructor(scope: Construct, id: string, { settings, subscriptions }: UsageEventsProps) {
    super(scope, id);
    this.table = new MarketplaceTable(this, 'Table', { design: 'usageEvents' });
    this.recordUsage = new MarketplaceFunction(this, 'RecordUsage', {
      ...settings,
      verb: 'record-usage',
      // A call brings up to 100 events; more memory is more CPU for parsing them and for the puts' TLS.
      memorySize: 1024,
      timeout: Duration.seconds(20),
    });
    this.recordUsage.addEnvironmentVariables({
      USAGE_EVENTS_TABLE_NAME: this.table.grantActions(this.recordUsage, 'PutItem'),
      SUBSCRIPTIONS_TABLE_NAME: subscriptions.grantActions(this.recordUsage, 'BatchGetItem'),
    } satisfies RecordUsageEnv);
  }
}
