import { decimalText, type Decimal } from '../../lambdas/shared/domain/decimal';
import { hourOf, type Hour } from '../../lambdas/shared/domain/hour';
import type { HourFields } from '../../lambdas/shared/domain/hourly-usage';
import { NOT_SUBSCRIBED_THEN } from '../../lambdas/shared/domain/rejection-notices';
import { foldTallies, totalOf, type TalliedEvent, type UsageTally } from '../../lambdas/shared/domain/usage-tally';
import { IncompleteFoldError, readFoldedHour } from '../../lambdas/shared/stores/folded-hour';
import { tallyId } from '../../lambdas/shared/stores/usage-tallies';
import { hourArgument, subscriptionIdArgument } from '../arguments';
import { examples, type OpsCommand } from '../command';
import { OperatorError } from '../errors';
import type { Installation } from '../installation/installation';
import { blocks, fields, heading, table } from '../output/table';
import { ledgerStores } from '../stores/ledger-stores';
import { findUsageEvents } from '../stores/stored-usage-events';
import { termsOf, TERMS } from '../terms';

/** Answers why an hour was billed as it was. */
export const explain: OpsCommand = (program, reporting) => {
  program
    .command('explain')
    .description('show an hour down to its events: the frozen record, its tallies and late events from earlier hours')
    .argument('<id>', 'the subscription id', subscriptionIdArgument)
    .argument('<dimension>', "the dimension's API identifier")
    .argument('<hour>', 'the hour in UTC, such as 2026-11-23T05', hourArgument)
    .addHelpText('after', examples('explain s-0123456789abcdef0123456789 events 2026-11-23T05'))
    .action(
      reporting(async ({ installation }, ...key: [subscriptionId: string, dimension: string, hour: Hour]) => {
        const [subscriptionId, dimension, hour] = key;
        const explained = await explainHour(installation, { subscriptionId, dimension, hour });
        return {
          json: toJson(explained),
          text: toText(explained),
          exitCode: explained.problems.length > 0 ? 1 : 0,
        };
      }),
    );
};

/** An event that counts in the hour. */
interface ExplainedEvent extends TalliedEvent {
  /** The hour of use by its tally, if that is another one. */
  usedIn?: Hour;
  /** Undefined when the event itself is no longer stored, only its tally. */
  usedAtMs: number | undefined;
  /** The hour in which it was used, if that hour was closed before the event arrived. */
  walkedFrom: Hour | undefined;
}

interface Explained {
  hour: HourFields;
  used: Decimal;
  tallies: UsageTally[];
  events: ExplainedEvent[];
  problems: string[];
}

async function explainHour(
  installation: Installation,
  hourKey: { subscriptionId: string; dimension: string; hour: Hour },
): Promise<Explained> {
  const stores = ledgerStores(installation);
  const complete = await readFoldedHour(hourKey, stores).catch((error: unknown) => {
    if (error instanceof IncompleteFoldError) return undefined;
    throw error;
  });
  const hour: HourFields | undefined = complete?.hour ?? (await stores.hourlyUsage.get(hourKey));
  if (hour === undefined) {
    const { subscriptionId, dimension } = hourKey;
    throw new OperatorError(
      `The subscription ${subscriptionId} used nothing of ${dimension} in ${hourKey.hour}. ` +
        `\`hours ${subscriptionId}\` lists its hours.`,
    );
  }
  const tallies = await stores.usageTallies.ofHour(hourKey);
  const fold = complete?.fold ?? foldTallies(tallies);
  const { subscriptionId } = hourKey;
  const stored = await findUsageEvents(installation, { subscriptionId, keys: [...fold.keys()] });
  const events = [...fold.values()].map((event): ExplainedEvent => {
    const usedAtMs = stored.get(event.key)?.timeMs;
    const usedIn = usedAtMs === undefined ? undefined : hourOf(usedAtMs);
    return { ...event, usedAtMs, walkedFrom: usedIn === hourKey.hour ? undefined : usedIn };
  });
  const used = hour.used ?? totalOf(fold);
  return { hour, used, tallies, events, problems: problemsOf({ hour, used, total: totalOf(fold), complete }) };
}

/** Sealing used these events. If the sums disagree, somebody changed an item by hand or the stack has a bug. */
function problemsOf({
  hour,
  used,
  total,
  complete,
}: {
  hour: HourFields;
  used: Decimal;
  total: Decimal;
  complete: unknown;
}) {
  const problems: string[] = [];
  if (complete === undefined)
    problems.push(`The hour counts ${hour.tallies} tallies, but some of them are not stored.`);
  else if (!used.eq(total))
    problems.push(`The events add up to ${decimalText(total)}, but the hour was sealed with ${decimalText(used)}.`);
  const terms = termsOf({ ...hour, used });
  const rest = TERMS.reduce((sum, term) => sum.minus(terms[term]), used);
  if (!rest.eq(0)) problems.push(`${decimalText(rest)} of the usage is in no term of the promise.`);
  return problems;
}

const text = (value: Decimal | undefined) => value && decimalText(value);

function toJson({ hour, used, tallies, events, problems }: Explained) {
  const { carriedIn, carriedOut, expiredQuantity, carriedQuantity, rejectedQuantity, ...rest } = hour;
  return {
    ...rest,
    sends: hour.sends ?? 0,
    answers: hour.answers ?? 0,
    used: decimalText(used),
    carriedIn: text(carriedIn),
    carriedOut: text(carriedOut),
    expiredQuantity: text(expiredQuantity),
    carriedQuantity: text(carriedQuantity),
    rejectedQuantity: text(rejectedQuantity),
    talliesFound: tallies.map((tally) => ({
      id: tallyId(tally),
      events: tally.events.map(({ key, quantity }) => ({ key, quantity: decimalText(quantity) })),
    })),
    events: events.map(({ key, quantity, tags, usedAtMs, walkedFrom, usedIn = hour.hour }) => ({
      key,
      quantity: decimalText(quantity),
      tags,
      walkedFrom,
      rejected: hour.rejectedUse?.includes(usedIn) === true ? NOT_SUBSCRIBED_THEN : undefined,
      usedAt: usedAtMs === undefined ? undefined : new Date(usedAtMs).toISOString(),
    })),
    problems,
  };
}

function toText(explained: Explained): string {
  const { hour, used, tallies, events, problems } = explained;
  const shown = toJson(explained);
  const { record } = hour;
  return blocks(
    fields({
      subscription: hour.subscriptionId,
      dimension: hour.dimension,
      hour: hour.hour,
      state: hour.state,
      used: decimalText(used),
      'carried in': shown.carriedIn,
      'carried out': shown.carriedOut,
      expired: shown.expiredQuantity,
      'returned to the Balance': shown.carriedQuantity,
      'used while nobody was subscribed': shown.rejectedQuantity,
      'metering record': hour.meteringRecordId,
      'last answer': hour.lastAnswer,
      reason: hour.lastReason,
      'settled by the operator': hour.settledReason,
      sends: shown.sends,
      answers: shown.answers,
    }),
    heading('Frozen record'),
    record === undefined ? 'None: this hour has nothing to send (yet).' : JSON.stringify(record, undefined, 2),
    heading(`Tallies (${tallies.length})`),
    table(
      ['tally', 'events', 'quantity'],
      tallies.map((tally) => [tallyId(tally), tally.events.length, decimalText(totalOf(foldTallies([tally])))]),
      'None: this hour bills only what was carried over.',
    ),
    heading(`Events (${events.length}), each counted once`),
    table(
      ['event', 'quantity', 'used at', 'tags', 'late from hour', 'rejected'],
      shown.events.map(({ key, quantity, usedAt, tags, walkedFrom, rejected }) => [
        key.replace(/^#/, ''),
        quantity,
        usedAt ?? 'no longer stored',
        Object.entries(tags)
          .map(([name, value]) => `${name}=${value}`)
          .join(', '),
        walkedFrom,
        rejected,
      ]),
    ),
    problems.join('\n'),
  );
}
