import { InvalidArgumentError } from 'commander';
import { decimalText, parseDecimal, type Decimal } from '../../lambdas/shared/domain/decimal';
import type { Hour } from '../../lambdas/shared/domain/hour';
import { DynamoDbHeldHours } from '../../lambdas/shared/stores/held-hours';
import { DynamoDbHoldStore, scopeName } from '../../lambdas/shared/stores/holds';
import { DynamoDbHourlyUsageReader } from '../../lambdas/shared/stores/hourly-usage';
import { DynamoDbSubscriptionReader } from '../../lambdas/shared/stores/subscriptions-dynamodb';
import { hourArgument } from '../arguments';
import { audited } from '../audit/audited';
import { examples, type Ops, type OpsCommand, type Report } from '../command';
import { OperatorError, UsageError } from '../errors';
import { counted } from '../output/counted';
import { blocks } from '../output/table';
import {
  decisionOf,
  scopeOf,
  withDecision,
  withScope,
  type DecisionOptions,
  type ScopeOptions,
} from '../hold/decision';
import { heldBy, letGoHeld } from '../hold/let-go-held';
import { meterNow } from '../hold/meter-now';
import { needs } from '../permissions';
import { databaseOf } from '../stores/ledger-stores';

type Options = ScopeOptions & DecisionOptions & { hour?: Hour; quantity?: Decimal; apply?: true };

/** Ends a hold, or lets an hour go whose quantity is above the maximum. */
export const release: OpsCommand = (program, reporting) => {
  const command = program
    .command('release')
    .summary('end a hold; let an hour go that is above maxPerHour')
    .description(
      'end a hold; its hours are sent by a run that starts at once. With --hour, let one hour go whose quantity is\n' +
        'above the maximum of its dimension: up to --quantity, so that an hour that has grown since waits again.\n' +
        'Without --apply nothing is stored.',
    );
  withDecision(withScope(command))
    .option('--hour <hour>', 'one hour in UTC, such as 2026-11-23T05', hourArgument)
    .option('--quantity <number>', 'with --hour: the quantity that may be billed', quantityArgument)
    .option('--apply', 'release it')
    .addHelpText('after', needs({ Change: 'with --apply' }))
    .addHelpText('after', examples('release --product PRODUCT --reason corrected --apply'))
    .action(
      reporting((ops, options: Options) => (options.hour === undefined ? endHold(ops, options) : letGo(ops, options))),
    );
};

/** What is looked for is found before the audit, which must keep only ids. */
async function inAudit(ops: Ops, options: Options, work: () => Promise<Report>): Promise<Report> {
  const { product, subscription, dimension, hour, quantity, apply } = options;
  const ids = { product, subscription, dimension, hour, quantity: quantity && decimalText(quantity) };
  return audited(ops, { command: 'release', ids, because: options, apply }, work);
}

async function endHold(ops: Ops, options: Options): Promise<Report> {
  const { installation } = ops;
  if (options.quantity !== undefined) throw new UsageError('Use --quantity only together with --hour.');
  const scope = scopeOf(options, ops);
  const decision = decisionOf(options, installation.clock);
  const name = scopeName(scope);
  const database = databaseOf(installation);
  const store = new DynamoDbHoldStore(database);
  const deps = {
    holds: store,
    hourlyUsage: new DynamoDbHourlyUsageReader(database),
    heldHours: new DynamoDbHeldHours(database),
    subscriptions: new DynamoDbSubscriptionReader(database),
    clock: installation.clock,
  };
  const isHeld = (await store.list()).some((each) => scopeName(each) === name);
  if (!isHeld) throw new OperatorError(`${name} is not on hold: \`hold --list\` shows what is.`);
  return inAudit(ops, options, async () => {
    if (options.apply && !(await store.release(scope, decision)))
      throw new OperatorError(`The hold on ${name} has been ended in the meantime.`);
    const hours = options.apply ? await letGoHeld(scope, deps) : (await heldBy(scope, deps)).length;
    return {
      json: { applied: options.apply === true, scope: name, ...decision, hours },
      text: blocks(
        options.apply
          ? `${name} is released. ${counted(hours, 'hour')} will be sent ${await meterNow(installation)}`
          : `This was a dry run: nothing was stored. Add --apply to release ${name} and ${counted(hours, 'hour')}.`,
      ),
    };
  });
}

async function letGo(ops: Ops, options: Options): Promise<Report> {
  const { installation } = ops;
  const { subscription: subscriptionId, dimension, hour, quantity, product } = options;
  if (
    subscriptionId === undefined ||
    dimension === undefined ||
    hour === undefined ||
    quantity === undefined ||
    product
  )
    throw new UsageError('Give --subscription, --dimension and --quantity together with --hour.');
  const decision = decisionOf(options, installation.clock);
  const database = databaseOf(installation);
  const hourKey = { subscriptionId, dimension, hour };
  const found = await new DynamoDbHourlyUsageReader(database).get(hourKey);
  if (found?.state !== 'open' || found.held !== 'aboveMaximum')
    throw new OperatorError(`The hour does not wait for its quantity: its state is ${found?.state ?? 'none'}.`);
  const { heldQuantity = quantity } = found;
  if (quantity.lt(heldQuantity))
    throw new OperatorError(
      `The hour would bill ${decimalText(heldQuantity)}, so it would go on waiting: release that.`,
    );
  const shown = { ...hourKey, quantity: decimalText(quantity), heldQuantity: decimalText(heldQuantity) };
  return inAudit(ops, options, async () => {
    if (options.apply && !(await new DynamoDbHeldHours(database).release(hourKey, quantity, decision)))
      throw new OperatorError('The hour has been closed in the meantime.');
    return {
      json: { applied: options.apply === true, ...shown, ...decision },
      text: blocks(
        options.apply
          ? `The hour may bill up to ${shown.quantity}. It is sent ${await meterNow(installation)}`
          : `This was a dry run: nothing was stored. Add --apply to let it bill up to ${shown.quantity}.`,
      ),
    };
  });
}

function quantityArgument(text: string): Decimal {
  const quantity = parseDecimal(text);
  if (quantity === undefined || quantity.lte(0))
    throw new InvalidArgumentError('Give a quantity above 0, such as 1200.5.');
  return quantity;
}
