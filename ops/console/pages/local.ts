import { html, type Html } from '../../../web/html';
import { card, definitions, link, terminal } from '../../../web/parts';
import type { Ops } from '../../command';
import { utcTime } from '../../output/utc';
import type { Answer, Route } from '../routes';

/** The local stack's clock and faults, and the simulator's pages. */
export const localRoutes = (ops: Ops): Route[] =>
  ops.installation.local === undefined ? [] : [{ path: '/local', answer: () => page(ops) }];

function page({ installation }: Ops): Answer {
  const { url = '', marketplaceUrl = '' } = installation.local ?? {};
  const post = (path: string, body?: string) =>
    `curl -s -X POST ${url}/_stack/${path}${body === undefined ? '' : ` -d '${body}'`}`;
  const content = html`<div class="columns">
    ${card(
      'The clock',
      definitions([['Simulated time (UTC)', utcTime(installation.clock.now())]]),
      terminal(
        'These move it:',
        post('clock', '{"advance":"1h"}'),
        post('clock', '{"set":"2026-12-01T06:00:00Z"}'),
        post('run-hour'),
      ),
    )}
    ${card(
      'Faults',
      html`<p>The next call of a function fails, or AWS Marketplace does.</p>`,
      terminal(
        'In the stack:',
        post('functions/meter-usage/faults', '{"kind":"fail","next":1}'),
        `curl -s -X DELETE ${url}/_stack/functions/faults`,
      ),
      pages([[`${url}/_stack/failures`, 'Failed invocations and deliveries']]),
    )}
    ${card(
      'AWS Marketplace',
      pages([
        [marketplaceUrl, 'The simulator: act as a buyer, plant faults, look at its ledger'],
        [`${marketplaceUrl}/_marketplace/ledger`, 'Its ledger, as JSON'],
        [`${marketplaceUrl}/_marketplace/faults`, 'Its faults, as JSON'],
      ]),
    )}
    ${card(
      'The stack',
      pages([
        [url, 'Its pages'],
        [`${url}/_stack/alarms`, 'Alarms, as JSON'],
        [`${url}/_stack/metrics`, 'Metrics, as JSON'],
      ]),
    )}
  </div>`;
  return { kind: 'view', view: { title: 'The local stack', part: '/local', content } };
}

/** The simulator's address comes from the stack's environment. */
const pages = (links: readonly (readonly [href: string, text: string])[]): Html =>
  html`<ul class="plain">
    ${links.filter(([href]) => /^https?:\/\//.test(href)).map(([href, text]) => html`<li>${link(href, text)}</li>`)}
  </ul>`;
