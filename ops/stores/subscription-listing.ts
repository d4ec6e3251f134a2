import { paginateScan } from '@aws-sdk/lib-dynamodb';
import type { Subscription } from '../../lambdas/shared/domain/subscription';
import { storedSubscription, SUBSCRIPTION_SORT_KEY, subscriptionKey } from '../../lambdas/shared/stores/subscriptions';
import { DynamoDbAccountSubscriptionReader } from '../../lambdas/shared/stores/subscriptions-of-account';
import type { Installation } from '../installation/installation';
import { databaseOf } from './ledger-stores';

export interface SubscriptionFilter {
  account?: string;
  product?: string;
  state?: Subscription['state'];
  /** Go on behind this one. */
  after?: string;
}

const ACCOUNT_PAGE = 100;

/**
 * Subscriptions one after the other: of an account through its index, else all of the table.
 *
 * A scan, which no function may do: the table has an item or two a buyer and a few events, and an operator asks now and
 * then. It reads about 1 MB a thousand buyers.
 */
export async function* listSubscriptions(
  installation: Pick<Installation, 'dynamoDb' | 'tables'>,
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
  { dynamoDb: client, tables }: Pick<Installation, 'dynamoDb' | 'tables'>,
  { account, after }: SubscriptionFilter,
): AsyncGenerator<Subscription> {
  if (account !== undefined) {
    const reader = new DynamoDbAccountSubscriptionReader(databaseOf({ dynamoDb: client, tables }));
    for (let last = after, more = true; more;) {
      const page = await reader.listOfAccount({ customerAWSAccountId: account, after: last, limit: ACCOUNT_PAGE });
      yield* page.subscriptions;
      last = page.subscriptions.at(-1)?.subscriptionId;
      more = page.hasMore && last !== undefined;
    }
    return;
  }
  const pages = paginateScan(
    { client, startingToken: after === undefined ? undefined : subscriptionKey(after) },
    {
      TableName: tables.subscriptions,
      FilterExpression: 'sk = :subscription',
      ExpressionAttributeValues: { ':subscription': SUBSCRIPTION_SORT_KEY },
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages) yield* Items.map((item) => storedSubscription.parse(item));
}
