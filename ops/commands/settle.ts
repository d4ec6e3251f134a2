import { productsByCode } from '../../lambdas/shared/contract/seller-configuration';
import type { Hour } from '../../lambdas/shared/domain/hour';
import { DynamoDbHourlyUsageStore } from '../../lambdas/shared/stores/hourly-usage';
import { hourArgument, subscriptionIdArgument } from '../arguments';
import { examples, type OpsCommand } from '../command';
import { UsageError } from '../errors';
import { blocks, fields } from '../output/table';
import { findUnconfirmed, settleHour, type Settlement } from '../settle/settle-hour';
import { databaseOf, ledgerStores } from '../stores/ledger-stores';

interface Options {
  billed?: true;
  carry?: true;
  reason: string;
  recordId?: string;
  apply?: true;
}

type Arguments = [subscriptionId: string, dimension: string, hour: Hour, options: Options];

/** Ends an hour of which AWS did not say whether it bills it. */
export const settle: OpsCommand = (program, reporting) => {
  program
    .command('settle')
    .summary('end an unconfirmed hour: AWS bills it, or the Balance takes it')
    .description(
      'end an unconfirmed hour, once you know from AWS (usage report, seller operations) what became of it.\n' +
        'With --billed it is billed. With --carry its quantity goes to the Balance and is billed with later usage: if\n' +
        'AWS bills the hour after all, the buyer pays twice.\n' +
        'Without --apply nothing is stored.',
    )
    .argument('<subscription>', 'subscription id', subscriptionIdArgument)
    .argument('<dimension>', 'dimension')
    .argument('<hour>', 'hour in UTC, such as 2026-11-23T05', hourArgument)
    .option('--billed', 'AWS bills its quantity')
    .option('--carry', 'AWS does not bill it: its quantity goes to the Balance')
    .requiredOption('--reason <text>', 'how you know; stored with the hour')
    .option('--record-id <id>', "with --billed: AWS's metering record id")
    .option('--apply', 'end the hour')
    .addHelpText('after', examples('settle s-… events 2026-11-23T05 --carry --reason "case 123"'))
    .action(
      reporting(async ({ installation, configuration }, ...[subscriptionId, dimension, hour, options]: Arguments) => {
        const settlement = settlementOf(options);
        const { products, usage } = configuration();
        const { subscriptions } = ledgerStores(installation);
        const deps = {
          hourlyUsage: new DynamoDbHourlyUsageStore(databaseOf(installation)),
          subscriptions,
          products: productsByCode(products),
          graceMs: usage.graceMinutes * 60_000,
          clock: installation.clock,
        };
        const hourKey = { subscriptionId, dimension, hour };
        const found = await findUnconfirmed(hourKey, deps);
        if (options.apply) await settleHour(hourKey, settlement, deps);
        const { lastAnswer, lastReason, record } = found;
        const shown = { ...hourKey, quantity: record.quantity, lastAnswer, lastReason, ...settlement };
        return {
          json: { applied: options.apply === true, ...shown },
          text: blocks(
            fields(shown),
            options.apply
              ? undefined
              : `This was a dry run: nothing was stored. Add --apply to make it ${settlement.as}.`,
          ),
        };
      }),
    );
};

function settlementOf({ billed, carry, reason, recordId }: Options): Settlement {
  if (billed === carry) throw new UsageError('Give either --billed or --carry.');
  if (carry && recordId !== undefined) throw new UsageError('Use --record-id only together with --billed.');
  if (reason.trim() === '') throw new UsageError('Say in --reason how you know.');
  return { as: billed ? 'billed' : 'carried', reason, meteringRecordId: recordId };
}
