import { html, type Html } from '../../../web/html';
import { card, getForm, link, number, table, terminal } from '../../../web/parts';
import type { Month } from '../../arguments';
import { monthBilled, type MonthBilled } from '../../billed/month-billed';
import type { Ops } from '../../command';
import { counted } from '../../output/counted';
import { BackgroundReads, type Reading } from '../background-reads';
import { readingCard, unlessDone } from '../reading-card';
import type { Answer, Question, Route } from '../routes';
import { opsCommand, subscriptionLink } from '../words';
import { monthOf } from './subscription-hours';

/** A month that is read in the background: the same form, progress, result and file for each kind of read. */
export interface MonthPage<Result> {
  path: string;
  title: string;
  /** What reading it costs, before it is read. */
  cost: string;
  read(ops: Ops, month: Month): Promise<Result>;
  show(result: Result, about: { month: Month; page: number }): Html;
  csv(result: Result): string;
  /** The terminal's command for the same. */
  command(month: Month): readonly string[];
}

export function monthRoutes<Result>(ops: Ops, page: MonthPage<Result>): Route[] {
  const reads = new BackgroundReads<Result>(ops);
  return [
    { path: page.path, answer: (question) => answer({ ops, reads, page }, question) },
    {
      path: `${page.path}.csv`,
      answer: ({ query }): Answer => {
        const month = monthOf(query.month, ops.installation.clock.now());
        const reading = reads.find(month.name);
        if (reading?.kind !== 'done') return { kind: 'redirect', location: `${page.path}?month=${month.name}` };
        return { kind: 'csv', csv: page.csv(reading.result), name: `${page.path.slice(1)}-${month.name}.csv` };
      },
    },
  ];
}

interface Reads<Result> {
  ops: Ops;
  reads: BackgroundReads<Result>;
  page: MonthPage<Result>;
}

function answer<Result>({ ops, reads, page }: Reads<Result>, { query }: Question): Answer {
  const month = monthOf(query.month, ops.installation.clock.now());
  const start = () => reads.start(month.name, (its) => page.read(its, month));
  const address = (read: string) => `${page.path}?${new URLSearchParams({ month: month.name, read }).toString()}`;
  if (query.read === 'again') {
    start();
    return { kind: 'redirect', location: address('yes') };
  }
  const reading = reads.find(month.name) ?? (query.read === undefined ? undefined : start());
  const number = Math.max(1, Number(/^\d{1,6}$/.exec(query.page ?? '')?.[0] ?? 1));
  const content = html`${getForm({
    label: 'Choose a month',
    action: page.path,
    fields: [{ name: 'month', label: 'Month (UTC)', value: month.name, type: 'month' }],
    hidden: { read: 'yes' },
    button: 'Read',
  })}
  ${
    reading === undefined
      ? html`<p>${page.cost}</p>`
      : resultOf({ page, reading, again: address('again') }, { month, page: number })
  }
  ${terminal('In the terminal:', opsCommand(ops.installation, ...page.command(month)))}`;
  const view = { title: page.title, part: page.path, isIncomplete: reading?.kind === 'running', content };
  return { kind: 'view', view };
}

function resultOf<Result>(
  { page, reading, again }: { page: MonthPage<Result>; reading: Reading<Result>; again: string },
  about: { month: Month; page: number },
): Html {
  if (reading.kind !== 'done') return unlessDone(reading);
  return html`${page.show(reading.result, about)}
    <p class="pager">${link(`${page.path}.csv?month=${about.month.name}`, 'All of it as CSV')}</p>
    ${readingCard(reading, again)}`;
}

const ROWS = 100;

/** One page of rows, with links to the others. */
export function paged<Row>(
  rows: readonly Row[],
  { page, addressOf }: { page: number; addressOf(page: number): string },
) {
  const pages = Math.max(1, Math.ceil(rows.length / ROWS));
  const current = Math.min(page, pages);
  const links =
    pages === 1
      ? undefined
      : html`<p class="pager">
          Page ${current} of ${pages} ${current > 1 ? link(addressOf(current - 1), 'Previous page') : undefined}
          ${current < pages ? link(addressOf(current + 1), 'Next page') : undefined}
        </p>`;
  return { shown: rows.slice((current - 1) * ROWS, current * ROWS), links };
}

/** What a month billed, by buyer, then by day. */
export const monthByBuyer: MonthPage<MonthBilled> = {
  path: '/month',
  title: 'A month by buyer',
  cost: 'It reads every subscription and its hours of the month, about a read unit for each 4 KB.',
  read: monthBilled,
  csv: ({ csv }) => csv,
  command: ({ name }) => ['usage', '--month', name, '--csv', `${name}.csv`],
  show: ({ records, waiting, buyers, days }, { month, page }) => {
    const { shown, links } = paged(days, { page, addressOf: (to) => `/month?month=${month.name}&page=${to}` });
    return html`<p class="lead">
        In ${month.name}, AWS Marketplace accepted ${counted(records, 'record')}.
        ${waiting > 0 ? `${counted(waiting, 'record')} more wait for its answer.` : ''}
      </p>
      ${card(
        'By buyer',
        table({
          caption: 'Only units of one dimension are added up, because others have other units.',
          columns: ['AWS account', 'Subscription', 'Product', 'Dimension', number('Billed'), 'Unit', number('Records')],
          rows: buyers.map((each) => [
            each.account,
            subscriptionLink(each.subscriptionId),
            each.product,
            each.dimension,
            each.quantity,
            each.unit,
            each.records,
          ]),
          nothing: 'Nothing was billed.',
        }),
      )}
      ${card(
        'By day (UTC)',
        table({
          caption: counted(days.length, 'line'),
          columns: ['Day', 'AWS account', 'Subscription', 'Dimension', number('Billed'), 'Unit', number('Records')],
          rows: shown.map((each) => [
            each.day,
            each.account,
            subscriptionLink(each.subscriptionId),
            each.dimension,
            each.quantity,
            each.unit,
            each.records,
          ]),
          nothing: 'Nothing was billed.',
        }),
        links,
      )}`;
  },
};
