import { html, type Html } from '../../../web/html';
import { card, getForm, link, number, table, terminal } from '../../../web/parts';
import type { Ops } from '../../command';
import { counted } from '../../output/counted';
import { toCsv } from '../../output/csv';
import { utcTime } from '../../output/utc';
import { findUnbilled, type UnbilledUsage } from '../../unbilled/find-unbilled';
import { BackgroundReads } from '../background-reads';
import { readingCard, unlessDone } from '../reading-card';
import type { Answer, Question, Route } from '../routes';
import { hourLink, hourState, opsCommand, subscriptionLink } from '../words';
import { adviceOn } from './advice';

const PATH = '/unbilled';
const DEFAULT_DAYS = 30;
const DAY_MS = 86_400_000;
/** Further ones are in the CSV file. */
const SHOWN = 200;

/** Usage that will not be billed, by reason, with what to do. */
export function unbilledRoutes(ops: Ops): Route[] {
  const reads = new BackgroundReads<UnbilledUsage>(ops);
  return [
    { path: PATH, answer: (question) => page({ ops, reads }, question) },
    { path: `${PATH}.csv`, answer: ({ query }) => file(reads, query.since ?? '') },
  ];
}

interface Searching {
  ops: Ops;
  reads: BackgroundReads<UnbilledUsage>;
}

function page({ ops, reads }: Searching, { query }: Question): Answer {
  const earlier = new Date(ops.installation.clock.now() - DEFAULT_DAYS * DAY_MS).toISOString().slice(0, 10);
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(query.since ?? '') && !Number.isNaN(Date.parse(query.since ?? ''));
  const since = isDay ? (query.since ?? earlier) : earlier;
  const form = getForm({
    label: 'Choose since when',
    action: PATH,
    fields: [{ name: 'since', label: 'Since (UTC)', value: since, type: 'date' }],
    hidden: { read: 'yes' },
    button: 'Read',
  });
  const command = terminal('In the terminal:', opsCommand(ops.installation, 'rejected', '--since', since));
  const show = (content: Html | undefined, isIncomplete = false): Answer => ({
    kind: 'view',
    view: { title: 'Not billed', part: PATH, isIncomplete, content: html`${form} ${content} ${command}` },
  });
  const again = `${PATH}?${new URLSearchParams({ since, read: 'again' }).toString()}`;
  if (query.read === 'again') {
    reads.start(since, (its) => findUnbilled(its, { sinceMs: Date.parse(since), scan: false }));
    return { kind: 'redirect', location: `${PATH}?${new URLSearchParams({ since, read: 'yes' }).toString()}` };
  }
  const reading =
    reads.find(since) ??
    (query.read === undefined
      ? undefined
      : reads.start(since, (its) => findUnbilled(its, { sinceMs: Date.parse(since), scan: false })));
  if (reading === undefined)
    return show(html`<p>It asks every subscription for its hours since then: at least half a read unit each.</p>`);
  if (reading.kind !== 'done') return show(unlessDone(reading), reading.kind === 'running');
  return show(
    html`${resultCards(reading.result)}
      <p class="pager">${link(`${PATH}.csv?since=${since}`, 'All of it as CSV')}</p>
      ${readingCard(reading, again)}`,
  );
}

function resultCards({ losses, marks }: UnbilledUsage): Html {
  const reasons = Map.groupBy(losses, ({ state, lastReason, lastAnswer }) => lastReason ?? lastAnswer ?? state);
  return html`${[...reasons].map(([reason, its]) =>
    card(
      `${reason}: ${counted(its.length, 'hour')}`,
      html`<p>${adviceOn(reason, its[0]?.state)}</p>`,
      table({
        caption: `The first ${Math.min(SHOWN, its.length)}`,
        columns: ['Hour (UTC)', 'Subscription', 'Dimension', 'State', number('Units')],
        rows: its
          .slice(0, SHOWN)
          .map((each) => [
            hourLink(each),
            subscriptionLink(each.subscriptionId),
            each.dimension,
            hourState(each.state),
            each.units,
          ]),
      }),
    ),
  )}
  ${losses.length === 0 ? card('Hours', html`<p>Every closed hour was billed, covered or carried over.</p>`) : undefined}
  ${card(
    `Events set aside or overwritten: ${marks.length}`,
    table({
      caption: 'They are not among the used units.',
      columns: ['Event', 'Kind', 'Reason', 'What is wrong', 'Received (UTC)'],
      rows: marks
        .slice(0, SHOWN)
        .map((mark) => [mark.usageEventPk, mark.kind, mark.reason, mark.message, utcTime(mark.receivedAt)]),
      nothing: 'None.',
    }),
  )}`;
}

const CSV_COLUMNS = [
  'kind',
  'subscriptionId',
  'hour',
  'dimension',
  'units',
  'reason',
  'event',
  'message',
  'receivedAt',
];

function file(reads: BackgroundReads<UnbilledUsage>, since: string): Answer {
  const reading = reads.find(since);
  if (reading?.kind !== 'done') return { kind: 'redirect', location: PATH };
  const { losses, marks } = reading.result;
  const rows = [
    ...losses.map((each) => [
      each.state,
      each.subscriptionId,
      each.hour,
      each.dimension,
      each.units,
      each.lastReason ?? each.lastAnswer,
    ]),
    ...marks.map((each) => [
      each.kind,
      each.subscriptionId,
      undefined,
      undefined,
      undefined,
      each.reason,
      each.usageEventPk,
      each.message,
      each.receivedAt,
    ]),
  ];
  return { kind: 'csv', csv: toCsv(CSV_COLUMNS, rows), name: `not-billed-since-${since}.csv` };
}
