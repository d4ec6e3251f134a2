import { productsByCode } from '../../lambdas/shared/contract/products';
import type { Hour } from '../../lambdas/shared/domain/hour';
import { DynamoDbHourlyUsageStore } from '../../lambdas/shared/stores/hourly-usage';
import { audited } from '../audit/audited';
import { codeArgument, reasonOption, required, ticketOption, type Because } from '../audit/because';
import { hourArgument, monthArgument, subscriptionIdArgument, type Month } from '../arguments';
import { examples, type Ops, type OpsCommand } from '../command';
import { UsageError } from '../errors';
import { blocks, fields } from '../output/table';
import { settleByFeed } from '../settle/settle-by-feed';
import { findUnconfirmed, settleHour, type SettleHourDeps, type Settlement } from '../settle/settle-hour';
import { databaseOf, ledgerStores } from '../stores/ledger-stores';
import { needs } from '../permissions';

interface Options extends Because {
  billed?: true;
  carry?: true;
  recordId?: string;
  month?: Month;
  billedFiles?: string;
  apply?: true;
}

type Arguments = [subscriptionId: string | undefined, dimension: string | undefined, hour: Hour | undefined, Options];

/** Ends hours of which AWS did not say whether it bills them. */
export const settle: OpsCommand = (program, reporting) => {
  program
    .command('settle')
    .summary('end unconfirmed hours: AWS bills them, or the Balance takes them')
    .description(
      'end an unconfirmed hour, once you know from AWS (usage report, seller operations) what became of it. With ' +
        "--month, end each one that AWS's Daily Usage data feed decides: all of an agreement, a dimension and a day, or " +
        'none.\n' +
        'With --billed it is billed. With --carry its quantity goes to the Balance and is billed with later usage: if ' +
        'AWS bills the hour after all, the buyer pays twice.\n' +
        'Without --apply nothing is stored.',
    )
    .argument('[subscription]', 'subscription id', subscriptionIdArgument)
    .argument('[dimension]', 'dimension')
    .argument('[hour]', 'hour in UTC, such as 2026-11-23T05', hourArgument)
    .option('--billed', 'AWS bills its quantity')
    .option('--carry', 'AWS does not bill it: its quantity goes to the Balance')
    .addOption(reasonOption('withApply'))
    .addOption(ticketOption('withApply'))
    .option('--record-id <id>', "with --billed: AWS's metering record id", codeArgument)
    .option('--month <YYYY-MM>', 'instead of an hour: all of a month (UTC), by the feed', monthArgument)
    .option(
      '--billed-files <path>',
      "with --month: a file, a folder or s3://BUCKET/ of the feed (with --local the simulator's)",
    )
    .option('--apply', 'end the hour, or the hours')
    .addHelpText('after', needs({ Change: 'with --apply' }))
    .addHelpText(
      'after',
      examples(
        'settle s-… events 2026-11-23T05 --carry',
        'settle s-… events 2026-11-23T05 --billed',
        'settle --month 2026-11 --billed-files ./feed',
      ),
    )
    .action(
      reporting(async (ops, ...[subscriptionId, dimension, hour, options]: Arguments) => {
        const { apply, month, billedFiles } = options;
        if (month !== undefined) {
          requireOnlyFeed([subscriptionId, dimension, hour, options.billed, options.carry, options.recordId]);
          const because = { reason: options.reason, ticket: options.ticket };
          return settleByFeed(ops, { month, billedFiles, apply: apply === true, because }, depsOf(ops));
        }
        if (subscriptionId === undefined || dimension === undefined || hour === undefined || billedFiles !== undefined)
          throw new UsageError('Give a subscription, a dimension and an hour, or --month with --billed-files.');
        const hourKey = { subscriptionId, dimension, hour };
        const settlement = settlementOf(options);
        const deps = depsOf(ops);
        // Before the audit, which must keep only ids: these name an hour that exists.
        const { lastAnswer, lastReason, record } = await findUnconfirmed(hourKey, deps);
        const shown = { ...hourKey, quantity: record.quantity, lastAnswer, lastReason, ...settlement };
        const ids = { ...hourKey, as: settlement.as, recordId: options.recordId };
        return audited(ops, { command: 'settle', ids, because: options, apply }, async () => {
          if (apply) await settleHour(hourKey, settlement, deps);
          return {
            json: { applied: apply === true, ...shown },
            text: blocks(
              fields(shown),
              apply ? undefined : `This was a dry run: nothing was stored. Add --apply to make it ${settlement.as}.`,
            ),
          };
        });
      }),
    );
};

function requireOnlyFeed(others: readonly unknown[]): void {
  if (others.some((other) => other !== undefined))
    throw new UsageError('With --month the feed names and decides the hours: give none, and no --billed or --carry.');
}

function depsOf({ installation, configuration }: Ops): SettleHourDeps {
  const { products, usage } = configuration();
  return {
    hourlyUsage: new DynamoDbHourlyUsageStore(databaseOf(installation)),
    subscriptions: ledgerStores(installation).subscriptions,
    products: productsByCode(products),
    graceMs: usage.graceMinutes * 60_000,
    clock: installation.clock,
  };
}

/** The hour and its notice keep reason and ticket together. */
function settlementOf({ billed, carry, recordId, apply, ...because }: Options): Settlement {
  if (billed === carry) throw new UsageError('Give either --billed or --carry.');
  if (carry && recordId !== undefined) throw new UsageError('Use --record-id only together with --billed.');
  const { reason = '', ticket = '' } = apply ? required(because) : because;
  return { as: billed ? 'billed' : 'carried', reason: `${reason} ${ticket}`.trim(), meteringRecordId: recordId };
}
