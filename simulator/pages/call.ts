import { html } from '../../web/html';
import { badge, card, definitions, link, number, table, type Tone } from '../../web/parts';
import { SetupError } from '../rules/required';
import type { Marketplace } from '../marketplace';
import type { LoggedCall } from '../rules/call-log';
import { outcomeBadge, ruleOf } from './call-outcome';
import { recordResultsOf, type RecordResult } from './record-results';
import { recordLink } from './record';
import { PARTS, type View } from './shell';
import { counted, json, utcTime, when, whole } from './words';

/** One call: what was sent, what was answered, and the rule that refused it. */
export function callPage(marketplace: Marketplace, wanted: number): View {
  const { made, kept } = marketplace.callLog();
  const call = kept.find((each) => each.number === wanted);
  if (call === undefined) {
    const [oldest] = kept;
    const is = wanted > made ? 'has not been made yet' : 'is no longer kept';
    throw new SetupError(404, `Call ${wanted} ${is}.${oldest ? ` The oldest that is kept is ${oldest.number}.` : ''}`);
  }
  return {
    title: `Call ${call.number}: ${call.operation ?? call.asked ?? ''}`,
    part: PARTS.calls,
    content: html`${facts(call)} ${usageRecords(call)}
      <div class="columns">${card('Request', json(call.request))} ${card('Answer', answerOf(call))}</div>
      <p class="crumbs">${link(PARTS.calls, 'All calls')}</p>`,
  };
}

function facts(call: LoggedCall) {
  return card(
    'What happened',
    definitions([
      ['Time', utcTime(call.atMs)],
      ['Operation', call.operation ?? call.asked],
      ['Size of the request', counted(call.bytes, 'byte')],
      ['HTTP status', outcomeBadge(call)],
      ['Rule', ruleOf(call)],
      ['Planted faults', call.faults.join(', ')],
    ]),
  );
}

function answerOf({ outcome }: LoggedCall) {
  if (outcome.kind === 'dropped') return html`<p>None: the connection was closed.</p>`;
  if (outcome.kind === 'answered') return json(outcome.output);
  const { type: __type, message, details } = outcome.error;
  return json({ __type, message, ...details });
}

const TONES: Record<string, Tone> = { Success: 'good', DuplicateRecord: 'bad' };

function usageRecords(call: LoggedCall) {
  const results = recordResultsOf(call);
  if (results.length === 0) return undefined;
  return card(
    'Usage records',
    table({
      caption:
        call.outcome.kind === 'answered'
          ? 'Each with its result, in the order of the answer.'
          : 'The answer has no results.',
      columns: ['Timestamp', 'Customer', 'LicenseArn', 'Dimension', number('Quantity'), 'Status', 'MeteringRecordId'],
      rows: results.map(rowOf),
      isMarked: (row) => results[row]?.status !== undefined && results[row].status !== 'Success',
    }),
  );
}

function rowOf({ record, status, meteringRecordId }: RecordResult) {
  const { Timestamp, CustomerAWSAccountId, CustomerIdentifier, LicenseArn, Dimension, UsageAllocations = [] } = record;
  const quantity = record.QuantityAsDecimal ?? record.Quantity ?? 0;
  return [
    typeof Timestamp === 'number' ? when(Math.round(Timestamp * 1000)) : Timestamp,
    whole(String(CustomerAWSAccountId ?? CustomerIdentifier ?? '')),
    LicenseArn,
    Dimension,
    UsageAllocations.length === 0
      ? quantity
      : html`${quantity} in ${counted(UsageAllocations.length, 'UsageAllocation')}`,
    status === undefined ? undefined : badge(status, TONES[status] ?? 'warn'),
    meteringRecordId === undefined ? undefined : recordLink(meteringRecordId),
  ];
}
