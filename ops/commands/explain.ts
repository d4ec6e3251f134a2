import { decimalText, type Decimal } from '../../lambdas/shared/domain/decimal';
import type { Hour } from '../../lambdas/shared/domain/hour';
import type { MeteringRecord } from '../../lambdas/shared/domain/metering-record';
import { tallyId } from '../../lambdas/shared/stores/usage-tallies';
import { hourArgument, subscriptionIdArgument } from '../arguments';
import { examples, type OpsCommand } from '../command';
import { eventCells, tagsText } from '../explain/event-cells';
import { explainHour, type Explained, type ExplainedEvent } from '../explain/explain-hour';
import { paragraphOf } from '../explain/paragraph';
import { counted } from '../output/counted';
import { blocks, extra, fields, heading, section, table, type Shown } from '../output/table';
import { utcTime } from '../output/utc';
import { productOf } from '../product-of';
import { findSubscription } from '../subscriptions/known-subscription';
import { needs } from '../permissions';

/** Events that the terminal shows of an hour; `--json` has all of them. */
const SHOWN_EVENTS = 200;

/** Answers why an hour was billed as it was. */
export const explain: OpsCommand = (program, reporting) => {
  program
    .command('explain')
    .description('say why an hour was billed as it was: a paragraph for the buyer, its numbers, and every event in it')
    .argument('<id>', 'the subscription id', subscriptionIdArgument)
    .argument('<dimension>', "the dimension's API identifier")
    .argument('<hour>', 'the hour in UTC, such as 2026-11-23T05', hourArgument)
    .addHelpText('after', needs())
    .addHelpText('after', examples('explain s-0123456789abcdef0123456789 events 2026-11-23T05'))
    .action(
      reporting(async (ops, ...key: [subscriptionId: string, dimension: string, hour: Hour]) => {
        const [subscriptionId, dimension, hour] = key;
        const { productCode } = await findSubscription(ops.installation, subscriptionId);
        const explained = await explainHour(ops.installation, { subscriptionId, dimension, hour });
        const unit = productOf(ops, productCode)?.dimensions.find(({ apiName }) => apiName === dimension)?.unit;
        const paragraph = paragraphOf({ ...explained, unit });
        return {
          json: { paragraph, ...toJson(explained) },
          text: blocks(paragraph, toText(explained)),
          exitCode: explained.problems.length > 0 ? 1 : 0,
        };
      }),
    );
};

const text = (value: Decimal | undefined) => value && decimalText(value);

function toJson({ hour, used, tallies, events, sources, older, problems }: Explained) {
  const {
    carriedIn,
    carriedOut,
    coveredQuantity,
    expiredQuantity,
    carriedQuantity,
    rejectedQuantity,
    withheldQuantity,
    heldQuantity,
    inlineEvents,
    ...rest
  } = hour;
  return {
    ...rest,
    sends: hour.sends ?? 0,
    answers: hour.answers ?? 0,
    used: decimalText(used),
    covered: text(coveredQuantity),
    carriedIn: text(carriedIn),
    carriedOut: text(carriedOut),
    expiredQuantity: text(expiredQuantity),
    carriedQuantity: text(carriedQuantity),
    rejectedQuantity: text(rejectedQuantity),
    withheldQuantity: text(withheldQuantity),
    heldQuantity: text(heldQuantity),
    talliesFound: tallies.map((tally) => ({
      id: tallyId(tally),
      events: tally.events.map(({ key, quantity }) => ({ key, quantity: decimalText(quantity) })),
    })),
    events: events.map(eventToJson),
    carriedFrom: sources.map((source) => ({
      hour: source.hour,
      quantity: decimalText(source.quantity),
      events: source.events.map(eventToJson),
    })),
    carriedFromOlder: older.eq(0) ? undefined : decimalText(older),
    problems,
  };
}

function eventToJson({ key, quantity, tags, usedAtMs, walkedFrom, notBilled }: ExplainedEvent) {
  const usedAt = usedAtMs === undefined ? undefined : new Date(usedAtMs).toISOString();
  return { key, quantity: decimalText(quantity), tags, walkedFrom, notBilled, usedAt };
}

function toText(explained: Explained): Shown {
  const { hour, used, tallies, events, sources, older, problems } = explained;
  const shown = toJson(explained);
  return blocks(
    fields({
      subscription: hour.subscriptionId,
      dimension: hour.dimension,
      'hour (UTC)': hour.hour,
      state: hour.state,
      used: decimalText(used),
      covered: shown.covered ?? '0',
      'carried in': shown.carriedIn ?? '0',
      'carried out': shown.carriedOut ?? '0',
      expired: shown.expiredQuantity,
      'returned to the Balance': shown.carriedQuantity,
      'used while nobody was subscribed': shown.rejectedQuantity,
      'withheld as a test': shown.withheldQuantity,
      'metering record': hour.meteringRecordId,
      'waits for you': hour.held,
      'above the maximum': shown.heldQuantity,
      'last answer': hour.lastAnswer,
      reason: hour.lastReason,
      'settled by the operator': hour.settledReason,
      sent: shown.sends === 0 ? 'never' : `${counted(shown.sends, 'time')}, ${counted(shown.answers, 'answer')}`,
    }),
    recordBlock(hour.record),
    heading(
      `Events of this hour: ${events.length}, in ${counted(tallies.length, 'tally', 'tallies')}, each counted once`,
    ),
    eventTable(events, 'None: this hour bills only what was carried over.'),
    sources.length === 0
      ? undefined
      : `${heading('Carried in')}: the Balance is billed the oldest usage first, so it came from these hours.`,
    ...sources.flatMap((source) => [
      `${decimalText(source.quantity)} of ${source.hour} (UTC), which has ${counted(source.events.length, 'event')}:`,
      eventTable(source.events, 'No events: its tallies are no longer stored.'),
    ]),
    older.eq(0) ? undefined : `${decimalText(older)} carried in come from hours further back.`,
    problems.join('\n'),
  );
}

/** The request that was frozen before it was first sent. */
function recordBlock(record: MeteringRecord | undefined): Shown {
  if (record === undefined) return blocks(heading('Frozen record'), 'None: this hour has nothing to send (yet).');
  const { productCode, customer, dimension, timestampSeconds, quantity, allocations = [] } = record;
  return blocks(
    heading('Frozen record'),
    fields({
      product: productCode,
      ...(customer.mode === 'license'
        ? { account: customer.customerAWSAccountId, licence: customer.licenseArn }
        : { customer: customer.customerIdentifier }),
      dimension,
      'timestamp (UTC)': utcTime(timestampSeconds * 1000),
      quantity,
    }),
    section(
      'Allocated to cost tags:',
      ['tags', 'quantity'],
      allocations.map((each) => [tagsText(each.tags) || '(untagged)', each.quantity]),
    ),
  );
}

function eventTable(events: readonly ExplainedEvent[], nothing: string): Shown {
  const rows = events.slice(0, SHOWN_EVENTS).map(eventCells);
  const hidden = events.length - rows.length;
  return blocks(
    table(
      ['event', 'quantity', 'used at (UTC)', extra('tags'), extra('late from hour'), extra('not billed')],
      rows,
      nothing,
    ),
    hidden > 0 ? `… and ${counted(hidden, 'event')} more. Add --json to get all of them.` : undefined,
  );
}
