import { decimalText, type Decimal } from '../../lambdas/shared/domain/decimal';
import { monthArgument, subscriptionIdArgument, type Month } from '../arguments';
import { examples, type OpsCommand } from '../command';
import { countedHours, type CheckedTotals } from '../hours/counted-hours';
import { counted as countOf } from '../output/counted';
import { blocks, extra, heading, section, table } from '../output/table';
import { findSubscription } from '../subscriptions/known-subscription';
import { TERMS, type CountedHour } from '../terms';
import { needs } from '../permissions';

/** Lists a subscription's hours and checks that every unit is in exactly one term of the promise. */
export const hours: OpsCommand = (program, reporting) => {
  program
    .command('hours')
    .description("list a subscription's hours with totals by term, and check that used = the sum of the terms")
    .argument('<id>', 'the subscription id', subscriptionIdArgument)
    .option('--month <YYYY-MM>', 'only hours of this month (UTC)', monthArgument)
    .addHelpText('after', needs())
    .addHelpText('after', examples('hours s-0123456789abcdef0123456789 --month 2026-11'))
    .action(
      reporting(async ({ installation, terminal }, id: string, { month }: { month?: Month }) => {
        await findSubscription(installation, id);
        const { hours: counted, totals } = await countedHours({ installation, terminal }, { id, month });
        const broken = totals.filter(({ problem }) => problem !== undefined);
        return {
          json: { subscriptionId: id, month: month?.name, hours: counted.map(toJson), totals: totals.map(totalToJson) },
          text: blocks(
            verdict(id, { month, hours: counted.length, broken: broken.length }),
            table(COLUMNS, counted.map(toRow), 'No hours.'),
            section(
              `${heading('Totals')} (carried: added to the Balance minus taken from it)`,
              ['dimension', 'used', ...TERMS, 'check'],
              totals.map(({ dimension, used, terms, problem }) => [
                dimension,
                decimalText(used),
                ...TERMS.map((term) => decimalText(terms[term])),
                problem ?? 'used = the sum',
              ]),
            ),
          ),
          exitCode: broken.length > 0 ? 1 : 0,
        };
      }),
    );
};

const COLUMNS = [
  'hour (UTC)',
  'dimension',
  'state',
  'used',
  'covered',
  extra('withheld'),
  'quantity',
  extra('in'),
  extra('out'),
  extra('outcome'),
  extra('sent'),
];

function verdict(id: string, found: { month: Month | undefined; hours: number; broken: number }): string {
  const { month, hours, broken } = found;
  const when = month === undefined ? '' : ` in ${month.name} (UTC)`;
  const sentence = `${id} has ${countOf(hours, 'hour')} with usage${when}.`;
  if (hours === 0) return sentence;
  if (broken === 0) return `${sentence} Every unit is in exactly one term.`;
  return (
    `${sentence} The terms of ${countOf(broken, 'dimension')} do not add up. Run this again: metering may have changed ` +
    'hours meanwhile. A problem that stays is a bug: report it.'
  );
}

const text = (value: Decimal | undefined) => value && decimalText(value);

function toJson({ hour, dimension, state, record, ...rest }: CountedHour) {
  return {
    hour,
    dimension,
    state,
    used: text(rest.used),
    carriedIn: text(rest.carriedIn),
    carriedOut: text(rest.carriedOut),
    covered: text(rest.coveredQuantity),
    expired: text(rest.expiredQuantity),
    carriedBack: text(rest.carriedQuantity),
    notSubscribedThen: text(rest.rejectedQuantity),
    withheld: text(rest.withheldQuantity),
    quantity: record?.quantity,
    meteringRecordId: rest.meteringRecordId,
    held: rest.held,
    lastAnswer: rest.lastAnswer,
    lastReason: rest.lastReason,
    sends: rest.sends ?? 0,
    answers: rest.answers ?? 0,
  };
}

function toRow(hour: CountedHour) {
  const { meteringRecordId, lastAnswer, lastReason, ...shown } = toJson(hour);
  return [
    shown.hour,
    shown.dimension,
    shown.state,
    shown.used,
    shown.covered,
    shown.withheld,
    shown.quantity,
    shown.carriedIn,
    shown.carriedOut,
    shown.state === 'billed' ? meteringRecordId : (shown.held ?? lastReason ?? lastAnswer),
    shown.sends > 0 ? `${shown.sends}×` : undefined,
  ];
}

function totalToJson({ dimension, used, terms, difference, balance, problem }: CheckedTotals) {
  const termTexts = Object.fromEntries(TERMS.map((term) => [term, decimalText(terms[term])]));
  return {
    dimension,
    used: decimalText(used),
    ...termTexts,
    difference: decimalText(difference),
    balance: text(balance),
    exact: problem === undefined,
    problem,
  };
}
