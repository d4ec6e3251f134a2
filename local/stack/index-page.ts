import { html } from '../../web/html';
import { widePage } from '../../web/page';
import { card, link } from '../../web/parts';
import { inlineStyle } from '../../web/style';
import { WIDE_STYLE } from '../../web/wide-style';
import type { HttpApi } from './http-api';
import type { StackStatus } from './status';

/** Whether the template itself answers `GET /`. */
export function hasRoot(api: HttpApi | undefined): boolean {
  return (
    api?.routes.some(({ routeKey }) => routeKey === '$default' || /^(GET|ANY) \/(\{\w+\+\})?$/.test(routeKey)) === true
  );
}

const style = inlineStyle(WIDE_STYLE);
/** The page loads nothing and runs nothing. */
export const INDEX_POLICY = `default-src 'none'; style-src ${style.source}; base-uri 'none'; frame-ancestors 'none'`;

/** What `/` of the local stack shows: where to go from here. */
export function indexPage({ endpoints, routes }: Pick<StackStatus, 'endpoints' | 'routes'>): string {
  const links: [address: string, what: string][] = [
    [endpoints.marketplace, 'AWS Marketplace: act as a buyer, see calls, events and the ledger'],
    ['/_stack', 'The stack: outputs, tables, functions, queues, schedules'],
    ['/_stack/clock', 'The simulated time'],
    ['/_stack/alarms', 'Alarms'],
    ['/_stack/metrics', 'Metrics'],
    ['/_stack/failures', 'Failed invocations and deliveries'],
    ['/_stack/tables/subscriptions', 'Subscriptions, as they are stored'],
  ];
  // The endpoint comes from the environment, when the simulator runs elsewhere.
  const shown = links.filter(([address]) => /^(\/|https?:)/.test(address));
  const content = html`${card(
      'Where to go from here',
      html`<ul class="plain">
        ${shown.map(([address, what]) => html`<li>${link(address, what)}</li>`)}
      </ul>`,
    )}
    ${card(
      'Routes of the HTTP API',
      html`<ul class="plain">
        ${routes.map(({ routeKey, signed }) => html`<li>${routeKey}${signed ? ' (signed)' : ''}</li>`)}
      </ul>`,
    )}
    <p>In a terminal, <code>npm run ops -- --local --help</code> lists the operator's commands.</p>`;
  const page = widePage({ title: 'The local stack', site: 'Local', head: [style.element], navigation: [], content });
  return page.toString();
}
