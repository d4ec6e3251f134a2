import { Schedule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { FUNCTIONS, SCHEDULE_MINUTES } from '../lambdas/shared/contract/functions';
import type { FailedBatches } from './failed-batches';
import { grantMarketplaceAction } from './marketplace-actions';
import { MarketplaceFunction, type FunctionSettings } from './marketplace-function';
import type { MarketplaceTable } from './marketplace-table';
import { scheduleRuns } from './scheduled-runs';
import { TableStream } from './table-stream';

export interface EntitlementsProps {
  readonly settings: FunctionSettings;
  readonly subscriptions: MarketplaceTable<'subscriptions'>;
  readonly notices: MarketplaceTable<'notices'>;
  readonly failedBatches: FailedBatches;
}

/** Reads entitlements from AWS Marketplace when a subscription changes, and again before they are stale. */
export class Entitlements extends Construct {
  readonly refreshEntitlements: MarketplaceFunction<'refresh-entitlements'>;

  constructor(scope: Construct, id: string, props: EntitlementsProps) {
    super(scope, id);
    const { settings, subscriptions, notices, failedBatches } = props;
    this.refreshEntitlements = new MarketplaceFunction(this, 'RefreshEntitlements', {
      ...settings,
      name: 'refresh-entitlements',
      // The next sweep is the retry. A second layer of retries would only repeat it.
      retryAttempts: 0,
    });
    grantMarketplaceAction(this.refreshEntitlements, 'GetEntitlements');
    if (settings.configuration.agreementDetails) grantMarketplaceAction(this.refreshEntitlements, 'DescribeAgreement');
    subscriptions.grantIndexQuery(this.refreshEntitlements, 'entitlementsDue');
    this.refreshEntitlements.addVariables({
      SUBSCRIPTIONS_TABLE_NAME: subscriptions.grantActions(this.refreshEntitlements, 'BatchGetItem', 'UpdateItem'),
      NOTICES_TABLE_NAME: notices.grantActions(this.refreshEntitlements, 'PutItem'),
    });

    new TableStream(this, 'Stream', {
      table: subscriptions,
      target: this.refreshEntitlements,
      changes: ['INSERT', 'MODIFY'],
      // Excludes entitlements, with which the function would trigger itself, and events, which change nothing here.
      items: { sk: { S: ['subscription'] } },
      batchSize: FUNCTIONS['refresh-entitlements'].batchSize,
      onFailure: failedBatches,
    });
    scheduleRuns(this, this.refreshEntitlements, {
      // The first sweep of an hour runs on the full hour: it checks the hour that has just ended before it is metered.
      Sweep: Schedule.cron({ minute: `0/${SCHEDULE_MINUTES}` }),
    });
  }
}
