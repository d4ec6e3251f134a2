import { DynamoDbHourlyUsageStore } from '../../../lambdas/shared/stores/hourly-usage';
import { DynamoDbSetAsideEventStore } from '../../../lambdas/shared/stores/set-aside-events';
import { DynamoDbSubscriptions } from '../../../lambdas/shared/stores/subscriptions-dynamodb';
import { DynamoDbUsageTallyStore } from '../../../lambdas/shared/stores/usage-tallies';
import { MemoryDynamoDb } from '../../../local/dynamodb/memory-dynamodb';
import { itKeepsSubscriptions } from '../../stores/subscriptions.contract';
import type { UsageLedger } from '../../stores/a-usage-ledger';
import { noticeIn } from '../../stores/notices-table';
import { setAsideEventsContract } from '../../stores/set-aside-events.contract';
import { usageLedgerSendingContract } from '../../stores/usage-ledger-sending.contract';
import { usageLedgerContract } from '../../stores/usage-ledger.contract';

/** The suites that Amazon's DynamoDB Local passes: the simulated DynamoDB must not flatter the stores. */
function givenClient() {
  const dynamoDb = new MemoryDynamoDb();
  return dynamoDb.client(async (command) => dynamoDb.run(command));
}

const givenLedger = async (): Promise<UsageLedger> => {
  const client = givenClient();
  return {
    hourlyUsage: new DynamoDbHourlyUsageStore({ client, tableName: 'hourlyUsage', noticesTableName: 'notices' }),
    told: (noticeId) => noticeIn(client, 'notices', noticeId),
    usageTallies: new DynamoDbUsageTallyStore({
      client,
      usageTalliesTableName: 'usageTallies',
      hourlyUsageTableName: 'hourlyUsage',
      eventRetentionDays: 90,
    }),
  };
};

usageLedgerContract('in the simulated DynamoDB', givenLedger);
usageLedgerSendingContract('in the simulated DynamoDB', givenLedger);

itKeepsSubscriptions(
  'The simulated DynamoDB',
  async () => new DynamoDbSubscriptions(givenClient(), { subscriptions: 'subscriptions', notices: 'notices' }),
);

setAsideEventsContract('in the simulated DynamoDB', async () => {
  const client = givenClient();
  const names = { tableName: 'hourlyUsage', noticesTableName: 'notices' };
  const told = (noticeId: string) => noticeIn(client, 'notices', noticeId);
  return { store: new DynamoDbSetAsideEventStore({ client, ...names }), told };
});
