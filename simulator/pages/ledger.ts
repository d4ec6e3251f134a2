import { html } from '../../web/html';
import { badge, card, number, table } from '../../web/parts';
import type { Marketplace } from '../marketplace';
import { doubleBillings, ledgerTotals } from '../rules/ledger';
import type { BilledRecord } from '../rules/state';
import { filterForm, isInMonth, type Filter } from './filters';
import { paged } from './paging';
import { identityText, recordLink } from './record';
import { PARTS, type View } from './shell';
import { utcTime, whole } from './words';

/** Totals of more buyers than this are a matter of the filter. */
const SHOWN_TOTALS = 100;

/** What AWS would bill, by buyer and dimension, and each hour in it. */
export function ledgerPage(marketplace: Marketplace, filter: Filter): View {
  const wanted = marketplace
    .ledger()
    .filter(
      ({ accountId, productCode, hour }) =>
        (filter.account ?? accountId) === accountId &&
        (filter.product ?? productCode) === productCode &&
        isInMonth(hour, filter),
    );
  const { items, pager } = paged(
    wanted.toSorted((one, other) => (one.hour < other.hour ? 1 : one.hour > other.hour ? -1 : 0)),
    filter,
    { path: PARTS.ledger, noun: 'usage record' },
  );
  const trial = wanted.filter(({ freeTrial }) => freeTrial);
  return {
    title: 'Ledger',
    part: PARTS.ledger,
    isLive: true,
    reloadsWithoutScript: true,
    content: html`${card(
      'What AWS would bill',
      filterForm(marketplace, filter, { action: PARTS.ledger, month: 'Month of the usage' }),
      totals(
        wanted.filter(({ freeTrial }) => !freeTrial),
        'By buyer and dimension.',
      ),
      trial.length > 0 ? totals(trial, 'In free trials, which AWS prices at zero.') : undefined,
    )}
    ${doubles(wanted)}
    ${card(
      'By hour',
      table({
        caption: 'Each hour of a buyer and a dimension is billed once. Newest first.',
        columns: ['Hour', 'CustomerAWSAccountId', 'Dimension', number('Quantity'), 'MeteringRecordId', 'Price'],
        rows: items.map(({ hour, accountId, dimension, quantity, meteringRecordId, freeTrial }) => [
          hourOf(hour),
          whole(accountId),
          dimension,
          quantity,
          recordLink(meteringRecordId),
          freeTrial ? badge('free trial', 'warn') : undefined,
        ]),
        nothing: 'No usage record has been accepted.',
      }),
      pager,
    )}`,
  };
}

const hourOf = (hour: string) => whole(utcTime(hour).slice(0, 16));

function totals(records: readonly BilledRecord[], caption: string) {
  const all = ledgerTotals(records);
  return html`${table({
    caption,
    columns: [
      'CustomerAWSAccountId',
      'ProductCode',
      'Metered by',
      'Dimension',
      number('Usage records'),
      number('Quantity'),
    ],
    rows: all
      .slice(0, SHOWN_TOTALS)
      .map((total) => [
        whole(total.accountId),
        total.productCode,
        identityText(total),
        total.dimension,
        total.records.toLocaleString('en'),
        total.quantity,
      ]),
    nothing: 'Nothing.',
  })}
  ${
    all.length > SHOWN_TOTALS
      ? html`<p class="muted">The first ${SHOWN_TOTALS} of ${all.length}. Filter by account to see another buyer.</p>`
      : undefined
  }`;
}

function doubles(records: readonly BilledRecord[]) {
  const found = doubleBillings(records);
  if (found.length === 0) return undefined;
  return card(
    'Billed twice',
    html`<p class="bad">
      AWS bills these hours twice, because they were metered with and without a request-level ProductCode.
    </p>`,
    table({
      caption: `The first ${SHOWN_TOTALS} at most.`,
      columns: ['Hour', 'CustomerAWSAccountId', 'ProductCode', 'Dimension'],
      rows: found
        .slice(0, SHOWN_TOTALS)
        .map(({ hour, accountId, productCode, dimension }) => [hourOf(hour), whole(accountId), productCode, dimension]),
      isMarked: () => true,
    }),
  );
}
