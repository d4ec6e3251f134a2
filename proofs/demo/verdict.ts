import { sum } from '../../lambdas/shared/domain/decimal';
import { DynamoDbHourlyUsageReader } from '../../lambdas/shared/stores/hourly-usage';
import pc from '../../ops/output/colours';
import { blocks } from '../../ops/output/table';
import { processTerminal } from '../../ops/output/terminal';
import { allocationTable, billOf, billTable, lastHourOf } from './bill';
import type { Week } from './week';

/** Prints the bill of every customer. @returns whether every bill is exact */
export async function printVerdict({ running, customers, statuses }: Week): Promise<boolean> {
  const hourlyUsage = new DynamoDbHourlyUsageReader(running.database);
  const bills = customers.map(({ scenario, buyer, subscriptionId }) => {
    const balanceOf = async (dimension: string) => {
      const { amount: carried, coverage } = await hourlyUsage.getBalance({ subscriptionId, dimension });
      return { carried, covered: sum([...(coverage?.periods.values() ?? [])].map(({ covered }) => covered)) };
    };
    return billOf({ buyer: scenario, ledger: running.ledgerOf(buyer.agreement), balanceOf });
  });
  const rows = (await Promise.all(bills)).flat();
  const exact = rows.filter((row) => row.exact).length;
  const { calls, records } = running.marketplace.callStatistics('BatchMeterUsage');
  const isExact = exact === rows.length;
  const verdict = `VERDICT: used = covered + billed + carried, to the last decimal, for ${exact} of ${rows.length}`;
  const told = blocks(
    billTable(rows),
    ...customers
      .filter(({ scenario }) => scenario.uses.some(({ tags }) => tags !== undefined))
      .map(({ scenario, buyer }) => allocationTable({ buyer: scenario, ledger: running.ledgerOf(buyer.agreement) })),
    [
      `${statuses.accepted} usage events stored, ${statuses.duplicate} reported twice and counted once; ` +
        `${records} records sent in ${calls} calls.`,
      ...customers
        .filter(({ scenario }) => scenario.cancelsAfterMs !== undefined)
        .map(({ scenario, buyer }) => lastHourOf({ buyer: scenario, ledger: running.ledgerOf(buyer.agreement) })),
      'Used is summed from data/github-hourly.csv, billed from the ledger of the AWS Marketplace simulator.',
    ].join('\n'),
    pc.bold(isExact ? pc.green(verdict) : pc.red(verdict)),
  );
  console.log(`\n${told(processTerminal.width)}`);
  return isExact;
}
