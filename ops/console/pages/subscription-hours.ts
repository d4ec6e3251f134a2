import { decimal, decimalText, sum, type Decimal } from '../../../lambdas/shared/domain/decimal';
import { hourOf } from '../../../lambdas/shared/domain/hour';
import type { HourFields, HourState } from '../../../lambdas/shared/domain/hourly-usage';
import { html, type Html } from '../../../web/html';
import { card, getForm, link, number, table } from '../../../web/parts';
import { monthArgument, type Month } from '../../arguments';
import type { Ops } from '../../command';
import { counted } from '../../output/counted';
import { hoursBetween } from '../../stores/ledger-stores';
import { hourLink, hourState, subscriptionPath } from '../words';

/** Further hours are in the terminal's list. */
const MOST_HOURS = 5000;

interface Asked {
  month: Month;
  /** `2026-07-03`: the day whose hours are listed. */
  day: string | undefined;
}

/** The month and day that an address names; anything else is the current month. */
export function monthAsked(query: Readonly<Record<string, string>>, nowMs: number): Asked {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(query.day ?? '') ? query.day : undefined;
  return { month: monthOf(day?.slice(0, 7) ?? query.month, nowMs), day };
}

export function monthOf(text: string | undefined, nowMs: number): Month {
  const current = () => monthArgument(hourOf(nowMs).slice(0, 7));
  if (text === undefined || text === '') return current();
  try {
    return monthArgument(text);
  } catch {
    return current();
  }
}

/** The hours of a month by day and dimension, and those of one day one by one. */
export async function hoursCards(ops: Ops, { id, ...asked }: Asked & { id: string }): Promise<Html> {
  const hours: HourFields[] = [];
  for await (const hour of hoursBetween(ops.installation, { subscriptionId: id, ...asked.month })) {
    hours.push(hour);
    if (hours.length === MOST_HOURS) break;
  }
  const day = asked.day ?? hours[0]?.hour.slice(0, 10);
  const ofDay = hours.filter(({ hour }) => hour.slice(0, 10) === day).reverse();
  const path = subscriptionPath(id);
  const { name } = asked.month;
  return html`${card(
    `Hours of ${day ?? name}`,
    html`<form class="row" method="get" action="${path}" aria-label="Choose a day">
      <div class="field">
        <label for="day">Day (UTC)</label>
        <input id="day" name="day" type="date" value="${day}" />
      </div>
      <button type="submit">Show</button>
    </form>`,
    table({
      caption: 'Each hour is explained on its own page.',
      columns: ['Hour (UTC)', 'Dimension', 'State', number('Used'), number('Covered'), number('Billed or sent')],
      rows: ofDay.map((hour) => [
        hourLink(hour),
        hour.dimension,
        hourState(hour.state),
        hour.used === undefined ? 'not closed' : decimalText(hour.used),
        hour.coveredQuantity && decimalText(hour.coveredQuantity),
        hour.record?.quantity,
      ]),
      nothing: `No usage on ${day ?? 'any day of the month'}.`,
    }),
  )}
  ${card(
    `Days of ${name}`,
    getForm({
      label: 'Choose a month',
      action: path,
      fields: [{ name: 'month', label: 'Month (UTC)', value: name, type: 'month' }],
      button: 'Show',
    }),
    table({
      caption: `${counted(hours.length, 'hour')} with usage${hours.length === MOST_HOURS ? ' and more' : ''}. Only units of one dimension are added up.`,
      columns: ['Day (UTC)', 'Dimension', number('Used'), number('Billed'), 'Hours by state'],
      rows: daysOf(hours).map(({ day: each, dimension, used, billed, states }) => [
        link(`${path}?day=${each}`, each),
        dimension,
        decimalText(used),
        decimalText(billed),
        html`${states.map(([state, count]) => html`${count} × ${hourState(state)} `)}`,
      ]),
      nothing: `No usage in ${name}.`,
    }),
  )}`;
}

interface Day {
  day: string;
  dimension: string;
  /** Of hours that are closed. */
  used: Decimal;
  billed: Decimal;
  states: [HourState, number][];
}

/** The newest first. */
function daysOf(hours: readonly HourFields[]): Day[] {
  const groups = Map.groupBy(hours, ({ hour, dimension }) => JSON.stringify([hour.slice(0, 10), dimension]));
  return [...groups.values()].flatMap((its) => {
    const [first] = its;
    if (first === undefined) return [];
    const states = Map.groupBy(its, ({ state }) => state);
    const day: Day = {
      day: first.hour.slice(0, 10),
      dimension: first.dimension,
      used: sum(its.flatMap(({ used }) => used ?? [])),
      billed: sum(its.flatMap(({ state, record }) => (state === 'billed' && record ? [decimal(record.quantity)] : []))),
      states: [...states].map(([state, { length }]) => [state, length]),
    };
    return [day];
  });
}
