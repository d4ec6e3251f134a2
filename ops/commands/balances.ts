import { productsByCode } from '../../lambdas/shared/contract/products';
import { decimalText } from '../../lambdas/shared/domain/decimal';
import { quantityFormOf } from '../../lambdas/shared/domain/quantity-form';
import type { Subscription } from '../../lambdas/shared/domain/subscription';
import { DynamoDbHourlyUsageStore } from '../../lambdas/shared/stores/hourly-usage';
import { billBalance, findBalances, type FoundBalance } from '../balances/bill-balances';
import { audited } from '../audit/audited';
import { reasonOption, ticketOption, type Because } from '../audit/because';
import { examples, type Ops, type OpsCommand, type Report } from '../command';
import { UsageError } from '../errors';
import { counted } from '../output/counted';
import { blocks, extra, table } from '../output/table';
import { databaseOf, ledgerStores } from '../stores/ledger-stores';
import { listSubscriptions } from '../stores/subscription-listing';
import { needs } from '../permissions';

interface Options extends Because {
  bill?: true;
  apply?: true;
}

/** Lists what is carried over, and bills what a buyer who uses nothing would leave there. */
export const balances: OpsCommand = (program, reporting) => {
  program
    .command('balances')
    .summary('list what is carried over; bill it for buyers who use nothing')
    .description(
      'list what is carried over, of all subscriptions. The next hour with usage bills it.\n' +
        'With --bill the current hour bills every Balance that makes a step of its form, even if the buyer uses\n' +
        'nothing: the fractions that whole quantities left over before a dimension became decimal.\n' +
        'Without --apply nothing is stored.',
    )
    .option('--bill', 'open the current hour for each Balance that can be billed')
    .option('--apply', 'with --bill: open the hours')
    .addOption(reasonOption())
    .addOption(ticketOption())
    .addHelpText('after', needs({ Change: 'with --apply' }))
    .addHelpText('after', examples('balances', 'balances --bill', 'balances --bill --apply'))
    .action(
      reporting(async (ops, { bill, apply, ...because }: Options) => {
        if (apply && !bill) throw new UsageError('Use --apply only together with --bill.');
        return audited(ops, { command: 'balances --bill', ids: {}, because, apply }, () =>
          report(ops, { bill, apply }),
        );
      }),
    );
};

async function report(ops: Ops, { bill, apply }: Pick<Options, 'bill' | 'apply'>): Promise<Report> {
  const found = await run(ops, { apply: apply === true });
  const shown = (bill ? found.filter(({ outcome }) => outcome !== 'tooSmall') : found).map(toJson);
  return {
    json: { applied: apply === true, balances: shown },
    text: blocks(
      `${counted(shown.length, 'Balance')} ${shown.length === 1 ? 'is' : 'are'} carried over${bill ? ' and can be billed' : ''}.`,
      table(
        ['subscription', 'dimension', 'amount', extra('form'), 'outcome', extra('hour (UTC)')],
        shown.map((each) => Object.values(each)),
      ),
      bill && !apply ? 'This was a dry run: nothing was stored. Add --apply to bill them.' : undefined,
    ),
  };
}

async function run({ installation, configuration, terminal }: Ops, { apply }: { apply: boolean }) {
  const { products, usage } = configuration();
  const deps = {
    usage: ledgerStores(installation).usage,
    hourlyUsage: new DynamoDbHourlyUsageStore(databaseOf(installation)),
    products: productsByCode(products),
    graceMs: usage.graceMinutes * 60_000,
    clock: installation.clock,
  };
  const subscriptions: Subscription[] = [];
  for await (const subscription of listSubscriptions(installation)) subscriptions.push(subscription);
  const progress = terminal.progress('Subscriptions', subscriptions.length);
  const all: FoundBalance[] = [];
  for (const subscription of subscriptions) {
    for (const found of await findBalances(subscription, deps))
      all.push(apply ? await billBalance(found, deps) : found);
    progress.advance(1);
  }
  progress.stop();
  return all;
}

function toJson({ balance: { subscriptionId, dimension, amount }, product, outcome, hour }: FoundBalance) {
  const form = quantityFormOf(product, dimension);
  return { subscriptionId, dimension, amount: decimalText(amount), form, outcome, hour };
}
