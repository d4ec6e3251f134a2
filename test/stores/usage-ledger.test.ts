import { DynamoDbHourlyUsageStore } from '../../lambdas/shared/stores/hourly-usage';
import { DynamoDbUsageTallyStore } from '../../lambdas/shared/stores/usage-tallies';
import { InMemoryUsageLedger } from '../fakes/in-memory-usage-ledger';
import { documentClient as client, givenTable } from '../setup/tables';
import { usageLedgerContract } from './usage-ledger.contract';

usageLedgerContract('in memory', async () => {
  const ledger = new InMemoryUsageLedger();
  return { hourlyUsage: ledger, usageTallies: ledger };
});

usageLedgerContract('in DynamoDB', async () => {
  const [hourlyUsageTableName, usageTalliesTableName] = await Promise.all([
    givenTable('hourlyUsage'),
    givenTable('usageTallies'),
  ]);
  return {
    hourlyUsage: new DynamoDbHourlyUsageStore({ client, tableName: hourlyUsageTableName }),
    usageTallies: new DynamoDbUsageTallyStore({
      client,
      usageTalliesTableName,
      hourlyUsageTableName,
      eventRetentionDays: 90,
    }),
  };
});
