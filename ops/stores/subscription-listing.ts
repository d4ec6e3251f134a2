import { paginateScan } from '@aws-sdk/lib-dynamodb';
import type { Subscription } from '../../lambdas/shared/domain/subscription';
import { storedSubscription, SUBSCRIPTION_SORT_KEY, subscriptionKey } from '../../lambdas/shared/stores/subscriptions';
import { DynamoDbAccountSubscriptionReader } from '../../lambdas/shared/stores/subscriptions-of-account';
import type { InstalledTables } from '../installation/installation';
import { databaseOf } from './ledger-stores';

export interface SubscriptionFilter {
  account?: string;
  product?: string;
  state?: Subscription['state'];
  /** Continue after this subscription. */
  after?: string;
}

const ACCOUNT_PAGE = 100;

/**
 * Streams subscriptions: those of an account through the index, otherwise the whole table.
 *
 * Functions may not scan, but an operator rarely does. The table has one or two items and a few events per buyer, about
 * 1 MB per thousand buyers.
 */
export async function* listSubscriptions(
  installation: InstalledTables,
  filter: SubscriptionFilter = {},
): AsyncGenerator<Subscription> {
  const { product, state } = filter;
  for await (const subscription of unfiltered(installation, filter)) {
    if (product !== undefined && subscription.productCode !== product) continue;
    if (state !== undefined && subscription.state !== state) continue;
    yield subscription;
  }
}

async function* unfiltered(
  installed: InstalledTables,
  { account, after }: SubscriptionFilter,
): AsyncGenerator<Subscription> {
  if (account !== undefined) {
    const reader = new DynamoDbAccountSubscriptionReader(databaseOf(installed));
    for (let last = after, more = true; more;) {
      const page = await reader.listOfAccount({ customerAWSAccountId: account, after: last, limit: ACCOUNT_PAGE });
      yield* page.subscriptions;
      last = page.subscriptions.at(-1)?.subscriptionId;
      more = page.hasMore && last !== undefined;
    }
    return;
  }
  const pages = paginateScan(
    { client: installed.dynamoDb, startingToken: after === undefined ? undefined : subscriptionKey(after) },
    {
      TableName: installed.tables.subscriptions,
      FilterExpression: 'sk = :subscription',
      ExpressionAttributeValues: { ':subscription': SUBSCRIPTION_SORT_KEY },
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages) yield* Items.map((item) => storedSubscription.parse(item));
}
