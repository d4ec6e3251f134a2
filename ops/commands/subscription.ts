import { decimalText } from '../../lambdas/shared/domain/decimal';
import { inOrder, shownValue, type Entitlements } from '../../lambdas/shared/domain/entitlements';
import type { Balance } from '../../lambdas/shared/domain/balance';
import type { HourFields } from '../../lambdas/shared/domain/hourly-usage';
import { periodsOf } from '../../lambdas/shared/domain/periods';
import type { Subscription, SubscriptionFields } from '../../lambdas/shared/domain/subscription';
import { subscriptionIdArgument } from '../arguments';
import { examples, type OpsCommand } from '../command';
import { OperatorError } from '../errors';
import type { Installation } from '../installation/installation';
import { age } from '../output/age';
import { blocks, fields, heading, section, table } from '../output/table';
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
      reporting(async ({ installation }, id: string) => {
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
        const known = { found, entitlements: entitlements.get(id), balances, ending, marks, outcomes, nowMs };
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

function toText(known: Known): string {
  const { found, entitlements, balances, ending, marks, nowMs } = known;
  const { endings = [], life, freeTrial, version, ...rest } = found;
  const { lastOutcomes: outcomes, entitlements: shownEntitlements } = toJson(known);
  return blocks(
    fields({ ...rest, freeTrial, version, ...marks }),
    heading('Entitlements') + (entitlements ? `, ${age(nowMs - Date.parse(entitlements.checkedAt))} old` : ''),
    shownEntitlements === undefined
      ? 'Not known yet: AWS has not been asked or has not answered.'
      : table(
          ['dimension', 'kind', 'value', 'valid until at least'],
          shownEntitlements.list.map(({ dimension, kind, value, expiresAt }) => [dimension, kind, value, expiresAt]),
          'AWS reports none.',
        ),
    heading('Balances'),
    table(
      ['dimension', 'carried over'],
      balances.map(({ dimension, amount }) => [dimension, decimalText(amount)]),
    ),
    heading('Last outcomes'),
    table(
      ['hour', 'dimension', 'state', 'quantity', 'outcome'],
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
      ['subscribed from', 'until'],
      periodsOf(found).map(({ from, until }) => [from, until]),
    ),
    section(
      heading('Endings'),
      ['at', 'event from AWS', 'agreement'],
      endings.map(({ at, kind, agreementId }) => [at, kind, agreementId]),
    ),
    ending &&
      `The last hours are being billed. The next pass is due at ${new Date(ending.nextPassAtMs).toISOString()}.`,
  );
}
