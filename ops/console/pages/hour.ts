import { decimalText } from '../../../lambdas/shared/domain/decimal';
import { acceptedUntilMs, hourEndMs, hourStartMs, parseHour, type HourKey } from '../../../lambdas/shared/domain/hour';
import type { MeteringRecord } from '../../../lambdas/shared/domain/metering-record';
import { html, type Html } from '../../../web/html';
import { card, definitions, figure, link, number, table, terminal } from '../../../web/parts';
import type { Ops } from '../../command';
import { OperatorError } from '../../errors';
import { eventCells, tagsText } from '../../explain/event-cells';
import { explainHour, type Explained, type ExplainedEvent } from '../../explain/explain-hour';
import { paragraphOf } from '../../explain/paragraph';
import { counted } from '../../output/counted';
import { spokenHour, utcTime } from '../../output/utc';
import { productOf } from '../../product-of';
import { findSubscription } from '../../subscriptions/known-subscription';
import { arithmeticDrawing, arithmeticOf, ARITHMETIC_SIZE } from '../charts/arithmetic';
import { draw } from '../charts/draw';
import type { Answer, Question, Route } from '../routes';
import { hourLink, hourPath, hourState, opsCommand, subscriptionLink } from '../words';
import { idOf } from './subscription';

const PATH = '/subscriptions/:id/hours/:dimension/:hour';
const EVENTS = 500;

/** An hour, explained: a paragraph for the buyer, the arithmetic, and every event in it. */
export function hourRoutes(ops: Ops): Route[] {
  return [
    { path: PATH, answer: async (question) => page(ops, keyOf(question)) },
    { path: `${PATH}/arithmetic.svg`, answer: async (question) => picture(ops, keyOf(question)) },
  ];
}

function keyOf(question: Question): HourKey {
  const { dimension = '', hour: text = '' } = question.params;
  const hour = parseHour(text);
  if (hour === undefined) throw new OperatorError(`${text} is no hour in UTC such as 2026-11-23T05.`);
  return { subscriptionId: idOf(question), dimension, hour };
}

async function picture(ops: Ops, key: HourKey): Promise<Answer> {
  const explained = await explainHour(ops.installation, key);
  return { kind: 'picture', svg: await draw(arithmeticDrawing(arithmeticOf(explained))) };
}

async function page(ops: Ops, key: HourKey): Promise<Answer> {
  const { productCode } = await findSubscription(ops.installation, key.subscriptionId);
  const explained = await explainHour(ops.installation, key);
  const unit = productOf(ops, productCode)?.dimensions.find(({ apiName }) => apiName === key.dimension)?.unit;
  const { hour, events, sources, older, problems } = explained;
  const content = html`<p class="crumbs">
      ${link('/subscriptions', 'Subscriptions')} › ${subscriptionLink(key.subscriptionId)}
    </p>
    <p>
      ${hourState(hour.state)} ${hour.held && `Waits for you: ${hour.held}.`}
      ${unit === undefined ? undefined : `One unit is one ${unit}.`}
    </p>
    ${problems.map((problem) => html`<p class="bad">${problem}</p>`)}
    <section class="card">
      <h2>For the buyer</h2>
      <p class="quote" data-copy="the paragraph">${paragraphOf({ ...explained, unit })}</p>
    </section>
    <div class="columns">${arithmeticCard(explained)} ${callsCard(ops, explained)}</div>
    ${card(
      `Events of this hour: ${events.length}`,
      eventTable(events, 'Each event counts once', 'None: this hour bills only what was carried over.'),
    )}
    ${
      sources.length === 0 && older.eq(0)
        ? undefined
        : card(
            'Carried in from earlier hours',
            html`<p>What is carried over is billed oldest first, so that it came from these hours.</p>`,
            ...sources.map(
              (source) =>
                html`<h3>${decimalText(source.quantity)} of ${hourLink({ ...key, hour: source.hour })}</h3>
                  ${eventTable(
                    source.events,
                    `Events of ${source.hour}`,
                    'No events: its tallies are no longer stored.',
                  )}`,
            ),
            older.eq(0) ? undefined : html`<p>${decimalText(older)} come from hours further back.</p>`,
          )
    }
    ${terminal(
      'In the terminal:',
      opsCommand(ops.installation, 'explain', key.subscriptionId, key.dimension, key.hour),
    )}`;
  return {
    kind: 'view',
    view: { title: `${key.dimension} on ${spokenHour(key.hour)}`, part: '/subscriptions', content },
  };
}

function arithmeticCard(explained: Explained): Html {
  const parts = arithmeticOf(explained);
  const names = (row: 'in' | 'out') =>
    parts
      .filter((part) => part.row === row)
      .map(({ name, quantity }) => `${name} ${decimalText(quantity)}`)
      .join(', ');
  return card(
    'The arithmetic',
    parts.length === 0
      ? html`<p>Nothing was used.</p>`
      : figure({
          src: `${hourPath(explained.hour)}/arithmetic.svg`,
          alt: `In: ${names('in')}. Out: ${names('out')}.`,
          caption: 'Both bars have the same length: every unit that went in came out once.',
          ...ARITHMETIC_SIZE,
        }),
    table({
      caption: 'Exact',
      columns: ['Bar', 'Part', number('Units')],
      rows: parts.map(({ row, name, quantity }) => [row === 'in' ? 'in' : 'out', name, decimalText(quantity)]),
    }),
  );
}

/** The request that was frozen before it was first sent, and how often it went out. */
function callsCard({ installation }: Ops, { hour }: Explained): Html {
  const { record, sends = 0, answers = 0, meteringRecordId, lastAnswer, lastReason, settledReason } = hour;
  const local = installation.local;
  const whole = record && requestOf(record);
  return card(
    'The calls that sent it',
    record === undefined ? html`<p>None: this hour has nothing to send (yet).</p>` : undefined,
    definitions([
      ['Sent', sends === 0 ? 'never' : `${counted(sends, 'time')}, always the same; ${counted(answers, 'answer')}`],
      ["AWS's record", meteringRecordId],
      ["AWS's last answer", lastAnswer],
      ['Because of', lastReason],
      ['Settled by the operator', settledReason],
      ...(whole ?? []),
    ]),
    record?.allocations === undefined
      ? undefined
      : table({
          caption: 'Allocated to cost tags',
          columns: ['Tags', number('Units')],
          rows: record.allocations.map(({ tags, quantity }) => [tagsText(tags) || '(untagged)', quantity]),
        }),
    local === undefined
      ? terminal(
          'CloudTrail has each call:',
          `aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=BatchMeterUsage --start-time ${instant(hourEndMs(hour.hour))} --end-time ${instant(acceptedUntilMs(hourStartMs(hour.hour)))}`,
        )
      : /^https?:/.test(local.marketplaceUrl)
        ? html`<p>${link(local.marketplaceUrl, 'The simulator')} shows what it was sent.</p>`
        : undefined,
  );
}

const instant = (ms: number) => new Date(ms).toISOString();

function requestOf({ productCode, customer, timestampSeconds, quantity }: MeteringRecord): [string, string][] {
  return [
    ['Quantity', quantity],
    ['Timestamp (UTC)', utcTime(timestampSeconds * 1000) ?? ''],
    ['Product', productCode],
    ...(customer.mode === 'license'
      ? ([
          ['AWS account', customer.customerAWSAccountId],
          ['Licence', customer.licenseArn],
        ] satisfies [string, string][])
      : ([['Customer', customer.customerIdentifier]] satisfies [string, string][])),
  ];
}

function eventTable(events: readonly ExplainedEvent[], ...[caption, nothing]: [string, string]): Html {
  const hidden = events.length - EVENTS;
  return html`${table({
    caption,
    columns: ['Event', number('Units'), 'Used at (UTC)', 'Tags', 'Late from hour', 'Not billed'],
    rows: events.slice(0, EVENTS).map(eventCells),
    nothing,
  })}
  ${hidden > 0 ? html`<p>… and ${counted(hidden, 'event')} more, which the terminal prints with --json.</p>` : undefined}`;
}
