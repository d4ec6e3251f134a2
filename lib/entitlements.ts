import { Duration, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { FUNCTIONS, SCHEDULE_MINUTES } from '../lambdas/shared/contract/functions';
import type { FailedBatches } from './failed-batches';
import { grantMarketplaceAction } from './marketplace-actions';
import { MarketplaceFunction, type FunctionSettings } from './marketplace-function';
import type { MarketplaceTable } from './marketplace-table';
import { TableStream } from './table-stream';

const SWEEP_EVERY = Duration.minutes(SCHEDULE_MINUTES);

const NOTHING_TO_KEEP = 'A sweep carries no data: the next one, minutes later, finds whatever is due.';

export interface EntitlementsProps {
  readonly settings: FunctionSettings;
  readonly subscriptions: MarketplaceTable<'subscriptions'>;
  readonly notices: MarketplaceTable<'notices'>;
  readonly failedBatches: FailedBatches;
}

/** What contracts give: read from AWS Marketplace when a subscription changes, and again before it is old. */
export class Entitlements extends Construct {
  readonly refreshEntitlements: MarketplaceFunction<'refresh-entitlements'>;

  constructor(scope: Construct, id: string, props: EntitlementsProps) {
    super(scope, id);
    const { settings, subscriptions, notices, failedBatches } = props;
    this.refreshEntitlements = new MarketplaceFunction(this, 'RefreshEntitlements', {
      ...settings,
      name: 'refresh-entitlements',
      // The next sweep is the retry; one layer of them is enough.
      retryAttempts: 0,
    });
    Validations.of(this.refreshEntitlements).acknowledge({
      id: 'Serverless-LambdaAsyncFailureDestination',
      reason: NOTHING_TO_KEEP,
    });
    grantMarketplaceAction(this.refreshEntitlements, 'GetEntitlements');
    subscriptions.grantIndexQuery(this.refreshEntitlements, 'entitlementsDue');
    this.refreshEntitlements.addVariables({
      SUBSCRIPTIONS_TABLE_NAME: subscriptions.grantActions(this.refreshEntitlements, 'BatchGetItem', 'UpdateItem'),
      NOTICES_TABLE_NAME: notices.grantActions(this.refreshEntitlements, 'PutItem'),
    });

    new TableStream(this, 'Stream', {
      table: subscriptions,
      target: this.refreshEntitlements,
      changes: ['INSERT', 'MODIFY'],
      // Not the entitlements' own items, nor the events': those would bring the function back for what it has written.
      items: { sk: { S: ['subscription'] } },
      batchSize: FUNCTIONS['refresh-entitlements'].batchSize,
      onFailure: failedBatches,
    });
    const sweep = new Rule(this, 'Sweep', {
      // Starts on the full hour, when the checks of an hour that has just ended are due, and before it is metered.
      schedule: Schedule.cron({ minute: `0/${SWEEP_EVERY.toMinutes()}` }),
      targets: [new LambdaFunction(this.refreshEntitlements, { retryAttempts: 2, maxEventAge: SWEEP_EVERY })],
    });
    Validations.of(sweep).acknowledge({ id: 'Serverless-EventBusDLQ', reason: NOTHING_TO_KEEP });
  }
}
