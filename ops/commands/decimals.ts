import { productsByCode } from '../../lambdas/shared/contract/products';
import type { Product } from '../../lambdas/shared/contract/seller-configuration';
import type { DecimalTrial } from '../../lambdas/shared/domain/decimal-trial';
import { quantityFormOf } from '../../lambdas/shared/domain/quantity-form';
import { DynamoDbDecimalTrialStore } from '../../lambdas/shared/stores/decimal-trials';
import { DynamoDbHourlyUsageStore } from '../../lambdas/shared/stores/hourly-usage';
import { audited } from '../audit/audited';
import { reasonOption, ticketOption, type Because } from '../audit/because';
import { examples, type Ops, type OpsCommand, type Report } from '../command';
import { billWhole, findHeldRecords, hoursLeft, type HeldRecord } from '../decimals/held-records';
import { OperatorError, UsageError } from '../errors';
import { blocks, extra, heading, table } from '../output/table';
import { utcTime } from '../output/utc';
import { databaseOf, ledgerStores } from '../stores/ledger-stores';
import { needs } from '../permissions';

/** Shows whether AWS reads decimals of each product, and ends a halt. */
export const decimals: OpsCommand = (program, reporting) => {
  const command = program
    .command('decimals')
    .summary('show whether decimal records are sent; end a halt')
    .description('show for each product whether decimal records are sent, and which ones wait')
    .addHelpText('after', needs({ Change: 'with --apply' }))
    .addHelpText('after', examples('decimals', 'decimals resume PRODUCT --apply', 'decimals whole PRODUCT --apply'))
    .action(reporting(list));
  command
    .command('resume')
    .description(
      'send decimal records of a halted product again: one alone, and the others once AWS has repeated its quantity.\n' +
        'Without --apply nothing is stored.',
    )
    .argument('<product>', 'product code')
    .option('--apply', 'end the halt')
    .addOption(reasonOption())
    .addOption(ticketOption())
    .addHelpText('after', needs({ Change: 'with --apply' }))
    .addHelpText('after', examples('decimals resume PRODUCT --apply'))
    .action(reporting(inAudit('decimals resume', resume)));
  command
    .command('whole')
    .description(
      'bill the sealed decimal records of a product in whole units; fractions go to the Balance. Records with a send\n' +
        'that AWS never answered stay as they are. The product stays halted until `resume`. Safe to repeat.\n' +
        'Without --apply nothing is stored.',
    )
    .argument('<product>', 'product code')
    .option('--apply', 'freeze the records anew')
    .addOption(reasonOption())
    .addOption(ticketOption())
    .addHelpText('after', needs({ Change: 'with --apply' }))
    .addHelpText('after', examples('decimals whole PRODUCT --apply'))
    .action(reporting(inAudit('decimals whole', whole)));
};

type Change = (ops: Ops, productCode: string, options: { apply?: true }) => Promise<Report>;

const inAudit =
  (command: string, change: Change) =>
  (ops: Ops, productCode: string, { apply, ...because }: Because & { apply?: true }): Promise<Report> => {
    productOf(ops, productCode);
    return audited(ops, { command, ids: { product: productCode }, because, apply }, () =>
      change(ops, productCode, { apply }),
    );
  };

async function list(ops: Ops): Promise<Report> {
  const { decimalTrials, ...deps } = depsOf(ops);
  const products = [];
  for (const product of ops.configuration().products) {
    const { productCode } = product;
    const trial = await decimalTrials.get(productCode);
    const held = await findHeldRecords(productCode, deps);
    products.push({
      productCode,
      ...shownTrial(trial),
      decimalDimensions: decimalDimensions(product),
      waiting: held.length,
      hoursLeft: firstHoursLeft(held, deps.clock.now()),
    });
  }
  return {
    json: { products },
    text: blocks(
      heading('Decimals'),
      table(
        ['product', 'state', 'reason', extra('since (UTC)'), extra('shown by'), 'waiting records', extra('hours left')],
        products.map((each) => [
          each.productCode,
          each.state,
          each.reason,
          utcTime(each.since),
          each.evidence,
          each.waiting,
          each.hoursLeft,
        ]),
      ),
    ),
    exitCode: products.some(({ state, waiting }) => state === 'halted' && waiting > 0) ? 1 : 0,
  };
}

async function resume(ops: Ops, productCode: string, { apply }: { apply?: true }): Promise<Report> {
  const { decimalTrials, ...deps } = depsOf(ops);
  const trial = await decimalTrials.get(productCode);
  if (trial.state !== 'halted')
    throw new OperatorError(`The decimal records of ${productCode} are not halted: their state is ${trial.state}.`);
  const held = await findHeldRecords(productCode, deps);
  if (apply) await decimalTrials.resume(productCode);
  return {
    json: { applied: apply === true, productCode, ...shownTrial(trial), waiting: held.length },
    text: blocks(
      `${held.length} sealed decimal records wait. The next run sends one alone, and the others once AWS has repeated ` +
        'its quantity. If AWS still ignores decimals, that one is billed as 0.',
      apply ? undefined : 'This was a dry run: nothing was stored. Add --apply to end the halt.',
    ),
  };
}

async function whole(ops: Ops, productCode: string, { apply }: { apply?: true }): Promise<Report> {
  const product = productOf(ops, productCode);
  const deps = depsOf(ops);
  const records = apply ? await billWhole(productCode, deps) : await findHeldRecords(productCode, deps);
  const stillDecimal = decimalDimensions(product);
  const shown = records.map(({ hour, outcome }) => ({
    subscriptionId: hour.subscriptionId,
    hour: hour.hour,
    dimension: hour.dimension,
    quantity: hour.record.quantity,
    outcome,
  }));
  return {
    json: { applied: apply === true, productCode, records: shown, stillDecimal },
    text: blocks(
      heading('Sealed decimal records'),
      table(
        ['subscription', extra('hour (UTC)'), 'dimension', 'quantity', 'outcome'],
        shown.map((each) => Object.values(each)),
      ),
      stillDecimal.length > 0
        ? `The configuration still bills ${stillDecimal.join(', ')} in decimals, so hours that are sealed from now on ` +
            'wait again. Set "quantities": "whole" for these dimensions and deploy.'
        : undefined,
      apply ? undefined : 'This was a dry run: nothing was stored. Add --apply to bill these records in whole units.',
    ),
    exitCode: records.some(({ outcome }) => outcome === 'unanswered' || outcome === 'changed') ? 1 : 0,
  };
}

function depsOf({ installation, configuration }: Ops) {
  const database = databaseOf(installation);
  return {
    decimalTrials: new DynamoDbDecimalTrialStore(database),
    hourlyUsage: new DynamoDbHourlyUsageStore(database),
    subscriptions: ledgerStores(installation).subscriptions,
    products: productsByCode(configuration().products),
    graceMs: configuration().usage.graceMinutes * 60_000,
    clock: installation.clock,
  };
}

function productOf({ configuration }: Ops, productCode: string): Product {
  const { products } = configuration();
  const product = products.find((each) => each.productCode === productCode);
  if (product !== undefined) return product;
  const known = products.map((each) => each.productCode).join(', ');
  throw new UsageError(`The configuration has no product ${productCode}. Give one of ${known}.`);
}

function decimalDimensions(product: Product): string[] {
  const names = product.dimensions.map(({ apiName }) => apiName);
  return names.filter((apiName) => quantityFormOf(product, apiName) === 'decimal');
}

function shownTrial(trial: DecimalTrial) {
  if (trial.state !== 'halted') return { state: trial.state };
  const { state, reason, evidence, atMs } = trial;
  return { state, reason, evidence, since: new Date(atMs).toISOString() };
}

/** To a tenth; undefined when nothing waits. */
function firstHoursLeft(held: readonly HeldRecord[], nowMs: number): number | undefined {
  const [first] = held;
  return first && Number(hoursLeft(first.hour, nowMs).toFixed(1));
}
