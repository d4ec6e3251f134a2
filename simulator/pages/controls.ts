import { postForm } from '../../web/forms';
import { html } from '../../web/html';
import { card, definitions, table } from '../../web/parts';
import { DECIMALS, type Decimals } from '../rules/context';
import { FAULT_KINDS, OPERATIONS, type Fault, type FaultKind } from '../rules/faults';
import type { Simulator } from '../wire/simulator';
import { PARTS, type View } from './shell';
import { counted, utcTime } from './words';

/** How AWS behaves, and what time it is. */
export function controlsPage({ marketplace, clock }: Simulator): View {
  return {
    title: 'Faults and clock',
    part: PARTS.controls,
    isLive: true,
    content: html`<div class="columns">${clockCard(clock)} ${decimalsCard(marketplace.decimals())}</div>
      ${faultsCard(marketplace.faults())} ${deliveryCard(marketplace.delivery())}`,
  };
}

function clockCard(clock: Simulator['clock']) {
  const nowMs = clock.now();
  return card(
    'The clock',
    definitions([
      ['Simulated time', `${utcTime(nowMs)} UTC`],
      ['Pace', clock.runs ? 'runs with the machine' : 'stands until it is moved'],
    ]),
    html`<p>Moving it performs everything that is then due: activations, expiries, deprovisionings, held events.</p>`,
    postForm({
      label: 'Advance the clock',
      action: '/controls/clock/advance',
      fields: [
        { name: 'amount', label: 'Advance by', type: 'number', value: '1', attributes: { min: 1, required: true } },
        {
          name: 'unit',
          label: 'Unit',
          value: 'hours',
          options: [
            ['minutes', 'minutes'],
            ['hours', 'hours'],
            ['days', 'days'],
          ],
        },
      ],
      button: 'Advance',
    }),
    postForm({
      label: 'Set the clock',
      action: '/controls/clock',
      fields: [
        {
          name: 'now',
          label: 'Set to (UTC)',
          type: 'datetime-local',
          value: new Date(nowMs).toISOString().slice(0, 16),
          attributes: { required: true },
        },
      ],
      button: 'Set',
    }),
  );
}

const DECIMALS_TEXT: Record<Decimals, string> = {
  known: 'AWS bills them',
  unknown: 'AWS ignores them and bills 0',
  refused: 'AWS refuses the call',
};

const decimalsCard = (current: Decimals) =>
  card(
    'Decimal quantities',
    postForm({
      label: 'Decimal quantities',
      action: '/controls/decimals',
      fields: [
        {
          name: 'decimals',
          label: 'When usage is reported in QuantityAsDecimal',
          value: current,
          options: DECIMALS.map((name) => [name, DECIMALS_TEXT[name]] as const),
        },
      ],
      button: 'Apply',
    }),
  );

const FAULT_TEXT: Record<FaultKind, string> = {
  throttle: 'ThrottlingException',
  disabledApi: 'DisabledApiException',
  errorBeforeCommit: 'Internal error, nothing took effect',
  errorAfterCommit: 'Internal error, although the call took effect',
  dropBeforeCommit: 'No response, nothing took effect',
  dropAfterCommit: 'No response, although the call took effect',
  unprocessed: 'BatchMeterUsage: UnprocessedRecords',
  customerNotSubscribed: 'BatchMeterUsage: CustomerNotSubscribed',
  reorder: 'BatchMeterUsage: Results in another order',
  licenseNotActive: 'BatchMeterUsage: InvalidLicenseException',
  noLicenseArn: 'ResolveCustomer: no LicenseArn',
  emptyPage: 'GetEntitlements: an empty page with a NextToken',
};

function faultsCard(faults: readonly Fault[]) {
  return card(
    'Faults',
    table({
      caption: 'Planted now.',
      columns: ['Fault', 'Operation', 'Affects'],
      rows: faults.map(({ kind, operation, next, rate = 0, fraction }) => [
        FAULT_TEXT[kind],
        operation ?? 'every operation',
        `${next === undefined ? `${percent(rate)} % of the calls` : `the next ${counted(next, 'call')}`}${
          fraction === undefined ? '' : `, ${percent(fraction)} % of their records`
        }`,
      ]),
      nothing: 'None is planted.',
    }),
    faults.length === 0 ? undefined : postForm({ action: '/controls/faults/clear', button: 'Clear all faults' }),
    postForm({
      label: 'Plant a fault',
      action: '/controls/faults',
      fields: [
        { name: 'kind', label: 'Fault', options: FAULT_KINDS.map((kind) => [kind, FAULT_TEXT[kind]] as const) },
        {
          name: 'operation',
          label: 'Operation',
          options: [['', 'Every operation'], ...OPERATIONS.map((name) => [name, name] as const)],
        },
        { name: 'next', label: 'Affects the next calls', type: 'number', value: '1', attributes: { min: 1 } },
        {
          name: 'rate',
          label: 'or each call with this probability (%)',
          type: 'number',
          hint: 'Then leave the number of calls empty.',
          attributes: { min: 0, max: 100 },
        },
        {
          name: 'fraction',
          label: 'Records of an affected call (%)',
          type: 'number',
          hint: 'For faults of single records. Empty: 50.',
          attributes: { min: 0, max: 100 },
        },
      ],
      button: 'Plant',
    }),
  );
}

const percent = (share: number) => String(Math.round(share * 100));

function deliveryCard({
  duplicate,
  reorder,
  delayNextSeconds,
  held,
}: ReturnType<Simulator['marketplace']['delivery']>) {
  const share = { type: 'number', attributes: { min: 0, max: 100, required: true } } as const;
  return html`<div id="delivery">
    ${card(
      'Delivery of events',
      html`<p>Held events: ${held}</p>`,
      held === 0 ? undefined : postForm({ action: '/controls/delivery/release', button: 'Deliver held events' }),
      postForm({
        label: 'Delivery of events',
        action: '/controls/delivery',
        fields: [
          { ...share, name: 'duplicate', label: 'Duplicate events (%)', value: percent(duplicate) },
          { ...share, name: 'reorder', label: 'Reordered events (%)', value: percent(reorder) },
          {
            name: 'delayNextSeconds',
            label: 'Delay the next event (seconds)',
            type: 'number',
            value: String(delayNextSeconds),
            attributes: { min: 0, required: true },
          },
        ],
        button: 'Apply',
      }),
    )}
  </div>`;
}
