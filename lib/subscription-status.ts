import { Construct } from 'constructs';
import { MarketplaceFunction, type FunctionSettings } from './marketplace-function';
import type { MarketplaceTable } from './marketplace-table';

export interface SubscriptionStatusProps {
  readonly settings: FunctionSettings;
  readonly subscriptions: MarketplaceTable<'subscriptions'>;
  readonly usageTallies: MarketplaceTable<'usageTallies'>;
  readonly hourlyUsage: MarketplaceTable<'hourlyUsage'>;
}

/** Answers the seller's application about a subscription: state, entitlements and usage. Read-only. */
export class SubscriptionStatus extends Construct {
  readonly describeSubscription: MarketplaceFunction<'describe-subscription'>;

  constructor(scope: Construct, id: string, props: SubscriptionStatusProps) {
    super(scope, id);
    const { settings, subscriptions, usageTallies, hourlyUsage } = props;
    this.describeSubscription = new MarketplaceFunction(this, 'DescribeSubscription', {
      ...settings,
      name: 'describe-subscription',
      // Folds the tallies of an open hour in memory.
      memorySize: 1024,
    });
    subscriptions.grantIndexQuery(this.describeSubscription, 'byAccount');
    this.describeSubscription.addVariables({
      SUBSCRIPTIONS_TABLE_NAME: subscriptions.grantActions(this.describeSubscription, 'BatchGetItem'),
      USAGE_TALLIES_TABLE_NAME: usageTallies.grantActions(this.describeSubscription, 'Query'),
      HOURLY_USAGE_TABLE_NAME: hourlyUsage.grantActions(this.describeSubscription, 'GetItem', 'Query'),
    });
  }
}
