import { html } from '../../web/html';
import { card, link, number, table } from '../../web/parts';
import type { Marketplace } from '../marketplace';
import { OPERATIONS } from '../rules/faults';
import type { LoggedCall } from '../rules/call-log';
import { outcomeBadge, outcomeOf, ruleOf } from './call-outcome';
import { aboutFilter, filterForm, isInMonth, operationField, outcomeField, type Filter } from './filters';
import { paged } from './paging';
import { PARTS, type View } from './shell';
import { recordResultsOf } from './record-results';
import { counted, when, whole } from './words';

/** Every call of AWS's API that is kept, newest first, and counts of all of them. */
export function callsPage(marketplace: Marketplace, filter: Filter): View {
  const { made, kept } = marketplace.callLog();
  const isAbout = aboutFilter(marketplace, filter);
  const wanted = kept
    .filter(
      (call) =>
        (filter.operation ?? call.operation) === call.operation &&
        (filter.outcome === undefined || filter.outcome === outcomeOf(call)) &&
        isInMonth(call.atMs, filter) &&
        isAbout([call.request, call.outcome]),
    )
    .toReversed();
  const { items, pager } = paged(wanted, filter, { path: PARTS.calls, noun: 'call' });
  const older = made - kept.length;
  return {
    title: 'Calls',
    part: PARTS.calls,
    isLive: true,
    reloadsWithoutScript: true,
    content: html`${card(
      'Calls of the API',
      filterForm(marketplace, filter, {
        action: PARTS.calls,
        month: 'Month of the call',
        more: [operationField(filter), outcomeField(filter)],
      }),
      table({
        caption: 'Newest first. Open a call to see its request and its answer.',
        columns: ['Call', 'Time', 'Operation', number('Usage records'), 'Answer', 'Why it was refused'],
        rows: items.map(rowOf),
        nothing: made === 0 ? 'No SDK has called yet.' : 'No call fits the filter.',
      }),
      pager,
      older > 0
        ? html`<p class="muted">The ${counted(older, 'call')} before these are counted below and no longer kept.</p>`
        : undefined,
    )}
    ${statistics(marketplace)}`,
  };
}

function rowOf(call: LoggedCall) {
  const records = recordResultsOf(call).length;
  return [
    link(`${PARTS.calls}/${call.number}`, String(call.number)),
    when(call.atMs),
    call.operation === undefined ? call.asked : whole(call.operation),
    records === 0 ? undefined : records,
    outcomeBadge(call),
    ruleOf(call),
  ];
}

function statistics(marketplace: Marketplace) {
  return card(
    'Since the start',
    table({
      caption: 'Calls that reached their operation.',
      columns: ['Operation', ...['Calls', 'Answered', 'Throttled', 'Failed', 'Usage records'].map(number)],
      rows: OPERATIONS.map((operation) => {
        const { calls, answered, throttled, failed, records } = marketplace.callStatistics(operation);
        const counts = [calls, answered, throttled, failed].map((count) => count.toLocaleString('en'));
        return [operation, ...counts, operation === 'BatchMeterUsage' ? records.toLocaleString('en') : undefined];
      }),
    }),
  );
}
