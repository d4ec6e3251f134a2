import { DynamoDbHourlyUsageStore } from '../../../lambdas/shared/stores/hourly-usage';
import { DynamoDbSubscriptions } from '../../../lambdas/shared/stores/subscriptions-dynamodb';
import { DynamoDbUsageTallyStore } from '../../../lambdas/shared/stores/usage-tallies';
import { MemoryDynamoDb } from '../../../local/simulate/dynamodb/memory-dynamodb';
import { itKeepsSubscriptions } from '../../stores/subscriptions.contract';
import { usageLedgerContract } from '../../stores/usage-ledger.contract';

/** The suites that Amazon's DynamoDB Local passes: the simulated DynamoDB must not flatter the stores. */
function givenClient() {
  const dynamoDb = new MemoryDynamoDb();
  return dynamoDb.client(async (command) => dynamoDb.run(command));
}

usageLedgerContract('in the simulated DynamoDB', async () => {
  const client = givenClient();
  return {
    hourlyUsage: new DynamoDbHourlyUsageStore({ client, tableName: 'hourlyUsage' }),
    usageTallies: new DynamoDbUsageTallyStore({
      client,
      usageTalliesTableName: 'usageTallies',
      hourlyUsageTableName: 'hourlyUsage',
      eventRetentionDays: 90,
    }),
  };
});

itKeepsSubscriptions(
  'The simulated DynamoDB',
  async () => new DynamoDbSubscriptions(givenClient(), { subscriptions: 'subscriptions', notices: 'notices' }),
);
