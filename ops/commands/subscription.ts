import type { Product } from '../../lambdas/shared/contract/seller-configuration';
import { decimalText } from '../../lambdas/shared/domain/decimal';
import { inOrder, shownValue, type Entitlements } from '../../lambdas/shared/domain/entitlements';
import type { Balance } from '../../lambdas/shared/domain/balance';
import type { HourFields } from '../../lambdas/shared/domain/hourly-usage';
import { lastPeriodOf, periodsOf } from '../../lambdas/shared/domain/periods';
import type { Subscription, SubscriptionFields } from '../../lambdas/shared/domain/subscription';
import { productOf } from '../product-of';
import { subscriptionIdArgument } from '../arguments';
import { examples, type OpsCommand } from '../command';
import { OperatorError } from '../errors';
import type { Installation } from '../installation/installation';
import { age } from '../output/age';
import { blocks, extra, fields, heading, section, table, type Shown } from '../output/table';
import { utcTime } from '../output/utc';
import { findEnding, listMarks } from '../stores/ledger-items';
import { hoursBetween, ledgerStores } from '../stores/ledger-stores';

const LAST_OUTCOMES = 10;
/** Limits the search for outcomes: the newest hours may all be open. */
const NEWEST_HOURS = 500;

/** Shows everything about one subscription. */
export const subscription: OpsCommand = (program, reporting) => {
  program
    .command('subscription')
    .description('show a subscription: state, identities, entitlements, balances, last outcomes, periods and endings')
    .argument('<id>', 'the subscription id', subscriptionIdArgument)
    .addHelpText('after', examples('subscription s-0123456789abcdef0123456789'))
    .action(
      reporting(async (ops, id: string) => {
        const { installation } = ops;
        const found = await findSubscription(installation, id);
        const stores = ledgerStores(installation);
        const [entitlements, balances, ending, marks, outcomes] = await Promise.all([
          stores.entitlements.getMany([id]),
          stores.usage.listBalances(id),
          findEnding(installation, id),
          countMarks(installation, id),
          lastOutcomes(installation, id),
        ]);
        const nowMs = installation.clock.now();
        const pricingModel = productOf(ops, found.productCode)?.pricingModel;
        const known = {
          found,
          pricingModel,
          entitlements: entitlements.get(id),
          balances,
          ending,
          marks,
          outcomes,
          nowMs,
        };
        return { json: toJson(known), text: toText(known) };
      }),
    );
};

/** @throws OperatorError when it does not exist. */
export async function findSubscription(installation: Installation, id: string): Promise<Subscription> {
  const found = (await ledgerStores(installation).subscriptions.getMany([id])).get(id);
  if (found === undefined) {
    throw new OperatorError(`${installation.title} has no subscription ${id}. Run \`subscriptions\` to list them.`);
  }
  return found;
}

interface Known {
  found: SubscriptionFields;
  /** Undefined without the deployed configuration. */
  pricingModel: Product['pricingModel'] | undefined;
  entitlements: Entitlements | undefined;
  balances: Balance[];
  ending: Awaited<ReturnType<typeof findEnding>>;
  marks: Record<'setAside' | 'overwritten', number>;
  outcomes: HourFields[];
  nowMs: number;
}

async function countMarks(installation: Installation, id: string): Promise<Known['marks']> {
  const marks = { setAside: 0, overwritten: 0 };
  for await (const { kind } of listMarks(installation, id)) marks[kind] += 1;
  return marks;
}

async function lastOutcomes(installation: Installation, subscriptionId: string): Promise<HourFields[]> {
  const outcomes: HourFields[] = [];
  let seen = 0;
  for await (const hour of hoursBetween(installation, { subscriptionId })) {
    seen += 1;
    if (hour.state !== 'open') outcomes.push(hour);
    if (outcomes.length === LAST_OUTCOMES || seen === NEWEST_HOURS) break;
  }
  return outcomes;
}

function toJson({ found, entitlements, balances, ending, marks, outcomes, nowMs }: Known) {
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

function toText(known: Known): Shown {
  const { found, pricingModel, entitlements, balances, ending, marks, nowMs } = known;
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
