import { productsByCode } from '../../lambdas/shared/contract/seller-configuration';
import type { Hour } from '../../lambdas/shared/domain/hour';
import { DynamoDbHourlyUsageStore } from '../../lambdas/shared/stores/hourly-usage';
import { audited } from '../audit/audited';
import { codeArgument, reasonOption, required, ticketOption, type Because } from '../audit/because';
import { hourArgument, subscriptionIdArgument } from '../arguments';
import { examples, type Ops, type OpsCommand } from '../command';
import { UsageError } from '../errors';
import { blocks, fields } from '../output/table';
import { findUnconfirmed, settleHour, type SettleHourDeps, type Settlement } from '../settle/settle-hour';
import { databaseOf, ledgerStores } from '../stores/ledger-stores';
import { needs } from '../permissions';

interface Options extends Because {
  billed?: true;
  carry?: true;
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
    .addOption(reasonOption('withApply'))
    .addOption(ticketOption('withApply'))
    .option('--record-id <id>', "with --billed: AWS's metering record id", codeArgument)
    .option('--apply', 'end the hour')
    .addHelpText('after', needs({ Change: 'with --apply' }))
    .addHelpText(
      'after',
      examples('settle s-… events 2026-11-23T05 --carry', 'settle s-… events 2026-11-23T05 --billed'),
    )
    .action(
      reporting(async (ops, ...[subscriptionId, dimension, hour, options]: Arguments) => {
        const { apply } = options;
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
