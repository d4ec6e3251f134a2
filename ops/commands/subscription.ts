import { decimalText } from '../../lambdas/shared/domain/decimal';
import { inOrder, shownValue } from '../../lambdas/shared/domain/entitlements';
import { lastPeriodOf, periodsOf } from '../../lambdas/shared/domain/periods';
import type { SubscriptionFields } from '../../lambdas/shared/domain/subscription';
import { subscriptionIdArgument } from '../arguments';
import { examples, type OpsCommand } from '../command';
import { age } from '../output/age';
import { blocks, extra, fields, heading, section, table, type Shown } from '../output/table';
import { utcTime } from '../output/utc';
import { knownSubscription, type KnownSubscription } from '../subscriptions/known-subscription';
import { needs } from '../permissions';

/** Shows everything about one subscription. */
export const subscription: OpsCommand = (program, reporting) => {
  program
    .command('subscription')
    .description('show a subscription: state, identities, entitlements, balances, last outcomes, periods and endings')
    .argument('<id>', 'the subscription id', subscriptionIdArgument)
    .addHelpText('after', needs())
    .addHelpText('after', examples('subscription s-0123456789abcdef0123456789'))
    .action(
      reporting(async (ops, id: string) => {
        const known = await knownSubscription(ops, id);
        return { json: toJson(known), text: toText(known) };
      }),
    );
};

function toJson({ found, entitlements, balances, ending, marks, outcomes, nowMs }: KnownSubscription) {
  return {
    subscription: found,
    entitlements: entitlements && {
      checkedAt: entitlements.checkedAt,
      ageSeconds: Math.round((nowMs - Date.parse(entitlements.checkedAt)) / 1000),
      list: inOrder(entitlements.entitlements).map(({ dimension, value, expiresAt }) => ({
        dimension,
        kind: value.kind,
        value: shownValue(value),
        expiresAt,
      })),
    },
    balances: balances.map(({ dimension, amount }) => ({ dimension, amount: decimalText(amount) })),
    ending: ending && {
      openedAt: new Date(ending.openedAtMs).toISOString(),
      nextPassAt: new Date(ending.nextPassAtMs).toISOString(),
    },
    ...marks,
    lastOutcomes: outcomes.map((hour) => ({
      hour: hour.hour,
      dimension: hour.dimension,
      state: hour.state,
      quantity: hour.record?.quantity,
      meteringRecordId: hour.meteringRecordId,
      lastAnswer: hour.lastAnswer,
      lastReason: hour.lastReason,
    })),
  };
}

function sentenceAbout(found: SubscriptionFields): string {
  const { subscriptionId, state, endingAt } = found;
  const activatedAt = lastPeriodOf(found)?.from;
  const since = activatedAt === undefined ? '' : `, activated ${utcTime(activatedAt)} UTC`;
  const until = endingAt === undefined ? '' : `, ending since ${utcTime(endingAt)} UTC`;
  return `${subscriptionId} is ${state}${since}${until}.`;
}

const TIMES = /(At|Since)$/;

function timesInUtc<Value>(values: Readonly<Record<string, Value>>): Record<string, Value | string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) =>
      TIMES.test(name) && typeof value === 'string' ? [`${name} (UTC)`, utcTime(value) ?? value] : [name, value],
    ),
  );
}

function toText(known: KnownSubscription): Shown {
  const { pricingModel, entitlements, balances, ending, marks, nowMs } = known;
  const found: SubscriptionFields = known.found;
  const { endings = [], life, freeTrial, version, ...rest } = found;
  const { lastOutcomes: outcomes, entitlements: shownEntitlements } = toJson(known);
  return blocks(
    sentenceAbout(found),
    fields({ ...timesInUtc(rest), freeTrial, version, ...marks }),
    heading('Entitlements') + (entitlements ? `, ${age(nowMs - Date.parse(entitlements.checkedAt))} old` : ''),
    shownEntitlements === undefined
      ? pricingModel === 'subscription'
        ? 'None: the product is priced by subscription, which is sold without entitlements.'
        : 'Not known yet: AWS has not been asked or has not answered.'
      : table(
          ['dimension', extra('kind'), 'value', 'valid until at least (UTC)'],
          shownEntitlements.list.map(({ dimension, kind, value, expiresAt }) => [
            dimension,
            kind,
            value,
            utcTime(expiresAt),
          ]),
          'AWS reports none.',
        ),
    heading('Balances'),
    table(
      ['dimension', 'carried over'],
      balances.map(({ dimension, amount }) => [dimension, decimalText(amount)]),
    ),
    heading('Last outcomes'),
    table(
      ['hour (UTC)', 'dimension', 'state', 'quantity', extra('outcome')],
      outcomes.map(({ hour, dimension, state, quantity, ...outcome }) => [
        hour,
        dimension,
        state,
        quantity,
        state === 'billed' ? outcome.meteringRecordId : (outcome.lastReason ?? outcome.lastAnswer),
      ]),
    ),
    section(
      heading('Periods'),
      ['subscribed from (UTC)', 'until (UTC)'],
      periodsOf(found).map(({ from, until }) => [utcTime(from), utcTime(until)]),
    ),
    section(
      heading('Endings'),
      ['at (UTC)', 'event from AWS', extra('agreement')],
      endings.map(({ at, kind, agreementId }) => [utcTime(at), kind, agreementId]),
    ),
    ending && `The last hours are being billed. The next pass is due at ${utcTime(ending.nextPassAtMs)} UTC.`,
  );
}
