import { Construct } from 'constructs';
import { MarketplaceFunction, type FunctionSettings } from './marketplace-function';
import { MarketplaceTable } from './marketplace-table';

export interface UsageEventsProps {
  readonly settings: FunctionSettings;
  readonly subscriptions: MarketplaceTable<'subscriptions'>;
}

/** Stores the usage that the seller's application reports: unchanged, once per id. */
export class UsageEvents extends Construct {
  readonly table: MarketplaceTable<'usageEvents'>;
  readonly recordUsage: MarketplaceFunction<'record-usage'>;

  constructor(scope: Construct, id: string, { settings, subscriptions }: UsageEventsProps) {
    super(scope, id);
    this.table = new MarketplaceTable(this, 'Table', { design: 'usageEvents' });
    this.recordUsage = new MarketplaceFunction(this, 'RecordUsage', {
      ...settings,
      name: 'record-usage',
      // A call holds up to 100 events. More memory means more CPU to parse them and for the TLS of the puts.
      memorySize: 1024,
    });
    this.recordUsage.addVariables({
      USAGE_EVENTS_TABLE_NAME: this.table.grantActions(this.recordUsage, 'PutItem'),
      SUBSCRIPTIONS_TABLE_NAME: subscriptions.grantActions(this.recordUsage, 'BatchGetItem'),
    });
  }
}
