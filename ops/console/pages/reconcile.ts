import { decimalText } from '../../../lambdas/shared/domain/decimal';
import { html, type Html } from '../../../web/html';
import { badge, card, number, table } from '../../../web/parts';
import type { Month } from '../../arguments';
import type { Difference, Reconciliation } from '../../reconcile/differences';
import {
  reconcileMonth,
  reconciliationCsv,
  theirColumns,
  verdictOf,
  type ReconciledMonth,
} from '../../reconcile/reconcile-month';
import { billedTotals, billedVerdict, shownTotal, type BilledMonth } from '../../usage-feed/billed-month';
import { hourLink, subscriptionLink } from '../words';
import { paged, type MonthPage } from './month';

/** What each kind of difference means. */
const KINDS: Record<Difference['kind'], string> = {
  missingAtAws: 'billed here, not reported by AWS',
  quantityDiffers: 'AWS has another quantity',
  acceptedButNotBilledHere: 'accepted by AWS, not billed here',
  unknownHere: 'not ours: something else meters the product',
  acceptedTwice: 'accepted more than once',
};

/** A month of the ledger beside what AWS accepted. */
export const reconciledMonth: MonthPage<ReconciledMonth> = {
  path: '/reconcile',
  title: 'Reconcile a month',
  cost:
    'It reads every subscription and its hours of the month, and each call of BatchMeterUsage from CloudTrail, two ' +
    'pages of 50 calls a second.',
  read: (ops, month) => reconcileMonth(ops, { month }),
  csv: reconciliationCsv,
  command: ({ name }) => ['reconcile', '--month', name, '--csv', `${name}.csv`],
  show: ({ theirs, result, billed }, { month, page }) => {
    const { differences, totals } = result;
    const isEqual = differences.length + theirs.unreadable.length === 0;
    return html`<p class="lead">
        ${isEqual ? badge('equal', 'good') : badge('differs', 'bad')} ${verdictOf(result, theirs.unreadable.length)}
      </p>
      <p class="muted">Compared with ${theirs.source}.</p>
      ${card(
        'By product and dimension',
        table({
          caption: 'A line whose two sums differ is marked.',
          columns: ['Product', 'Dimension', number('Billed here'), number('Accepted by AWS'), 'Compared'],
          rows: totals.map(({ productCode, dimension, billedHere, acceptedByAws }) => [
            productCode,
            dimension,
            decimalText(billedHere),
            decimalText(acceptedByAws),
            billedHere.eq(acceptedByAws) ? badge('equal', 'good') : badge('differs', 'bad'),
          ]),
          isMarked: (row) => totals[row]?.billedHere.eq(totals[row].acceptedByAws) === false,
          nothing: 'Nothing was billed.',
        }),
      )}
      ${billed === undefined ? undefined : billedCard(billed)} ${differencesCard(result, { month, page })}
      ${
        theirs.unreadable.length === 0
          ? undefined
          : card(
              'Events that could not be read: nobody knows what AWS accepted in them',
              table({
                caption: 'Of CloudTrail',
                columns: ['Event', 'Why'],
                rows: theirs.unreadable.map(({ eventId, why }) => [eventId, why]),
              }),
            )
      }`;
  },
};

/** Only the command and the CSV have its days. */
function billedCard(billed: BilledMonth): Html {
  const totals = billedTotals(billed).map(shownTotal);
  return card(
    'What AWS billed',
    html`<p>${billedVerdict(billed)}.</p>
      <p class="muted">Compared with ${billed.source}. The CSV file has every day.</p>`,
    table({
      caption: 'By product and dimension.',
      columns: ['Product', 'Dimension', number('Used here'), number('Submitted'), number('Billed by AWS')],
      rows: totals.map(({ product, dimension, used, submitted, billed: sum }) => [
        product,
        dimension,
        used,
        submitted,
        sum,
      ]),
      nothing: 'Nothing was used, submitted or billed.',
    }),
  );
}

function differencesCard({ differences }: Reconciliation, { month, page }: { month: Month; page: number }): Html {
  const addressOf = (to: number) => `/reconcile?month=${month.name}&page=${to}`;
  const { shown, links } = paged(differences, { page, addressOf });
  return card(
    'Differences',
    table({
      caption: 'Hour by hour',
      columns: ['What', 'Hour (UTC)', 'Dimension', 'Subscription', number('Here'), number('At AWS'), 'Record at AWS'],
      rows: shown.map((difference) => {
        const { kind, hour, dimension, ours } = difference;
        const at = theirColumns(difference);
        return [
          badge(KINDS[kind], 'bad'),
          ours === undefined ? hour : hourLink(ours),
          dimension,
          ours === undefined ? at.licence || at.customer : subscriptionLink(ours.subscriptionId),
          ours?.quantity,
          at.quantity,
          at.recordId,
        ];
      }),
      isMarked: () => true,
    }),
    links,
  );
}
