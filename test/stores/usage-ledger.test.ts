import { DynamoDbHourlyUsageStore } from '../../lambdas/shared/stores/hourly-usage';
import { DynamoDbUsageTallyStore } from '../../lambdas/shared/stores/usage-tallies';
import { InMemoryUsageLedger } from '../fakes/in-memory-usage-ledger';
import { documentClient as client, givenTable } from '../setup/tables';
import type { UsageLedger } from './a-usage-ledger';
import { usageLedgerSendingContract } from './usage-ledger-sending.contract';
import { usageLedgerContract } from './usage-ledger.contract';

const LEDGERS: Record<string, () => Promise<UsageLedger>> = {
  'in memory': async () => {
    const ledger = new InMemoryUsageLedger();
    return { hourlyUsage: ledger, usageTallies: ledger };
  },
  'in DynamoDB': async () => {
    const hourlyUsageTableName = await givenTable('hourlyUsage');
    const usageTalliesTableName = await givenTable('usageTallies');
    return {
      hourlyUsage: new DynamoDbHourlyUsageStore({ client, tableName: hourlyUsageTableName }),
      usageTallies: new DynamoDbUsageTallyStore({
        client,
        usageTalliesTableName,
        hourlyUsageTableName,
        eventRetentionDays: 90,
      }),
    };
  },
};

for (const [name, givenLedger] of Object.entries(LEDGERS)) {
  usageLedgerContract(name, givenLedger);
  usageLedgerSendingContract(name, givenLedger);
}
