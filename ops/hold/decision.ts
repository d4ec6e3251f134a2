import { userInfo } from 'node:os';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { DECISION_REASONS, type Decision, type HoldScope } from '../../lambdas/shared/domain/hold';
import type { Clock } from '../../lambdas/shared/runtime/ports';
import { subscriptionIdArgument } from '../arguments';
import type { Ops } from '../command';
import { UsageError } from '../errors';

export interface DecisionOptions {
  reason?: Decision['reason'];
  ticket?: string;
  by?: string;
}

export interface ScopeOptions {
  product?: string;
  subscription?: string;
  dimension?: string;
}

export function withScope(command: Command): Command {
  return command
    .option('--product <code>', 'all of a product')
    .option('--subscription <id>', 'all of a subscription', subscriptionIdArgument)
    .option('--dimension <name>', 'only this dimension of it');
}

/** Who decides and why: stored, and never deleted by anything here. */
export function withDecision(command: Command): Command {
  return command
    .addOption(new Option('--reason <code>', 'why; stored').choices(DECISION_REASONS))
    .option('--ticket <id>', 'where it is discussed; stored', ticketArgument)
    .option('--by <name>', 'who decides; stored. Default: your user name on this machine', nameArgument);
}

export function decisionOf({ reason, ticket, by = userInfo().username }: DecisionOptions, clock: Clock): Decision {
  if (reason === undefined) throw new UsageError(`Say why: --reason ${DECISION_REASONS.join(', ')}.`);
  return { by, atMs: clock.now(), reason, ...(ticket !== undefined && { ticket }) };
}

/** The scope that the options name, as far as the configuration knows it. */
export function scopeOf({ product, subscription, dimension }: ScopeOptions, { configuration }: Ops): HoldScope {
  if ((product === undefined) === (subscription === undefined))
    throw new UsageError('Give either --product or --subscription.');
  const { products } = configuration();
  const codes = products.map(({ productCode }) => productCode);
  if (product !== undefined && !codes.includes(product))
    throw new UsageError(`The configuration has no product ${product}. Give one of ${codes.join(', ')}.`);
  const possible = products.filter(({ productCode }) => product === undefined || productCode === product);
  const isKnown = possible.some(({ dimensions }) => dimensions.some(({ apiName }) => apiName === dimension));
  if (dimension !== undefined && !isKnown)
    throw new UsageError(`The configuration has no dimension ${dimension} there.`);
  const rest = dimension === undefined ? {} : { dimension };
  return subscription === undefined
    ? { of: 'product', id: product ?? '', ...rest }
    : { of: 'subscription', id: subscription, ...rest };
}

function ticketArgument(text: string): string {
  if (!/^[\w.:/#-]{1,64}$/.test(text))
    throw new InvalidArgumentError('Give an id of up to 64 letters, digits and . : / # -');
  return text;
}

function nameArgument(text: string): string {
  if (!/^[\w.@+-]{1,64}$/.test(text))
    throw new InvalidArgumentError('Give a name of up to 64 letters, digits and . @ + -');
  return text;
}
