import { html } from '../../web/html';
import type { HttpApi } from './http-api';
import type { StackStatus } from './status';

const STYLE = 'body{font:16px/1.5 system-ui,sans-serif;max-width:40em;margin:2em auto;padding:0 1em}';

/** Whether the template itself answers `GET /`. */
export function hasRoot(api: HttpApi | undefined): boolean {
  return (
    api?.routes.some(({ routeKey }) => routeKey === '$default' || /^(GET|ANY) \/(\{\w+\+\})?$/.test(routeKey)) === true
  );
}

/** What `/` of the local stack shows: where to go from here. */
export function indexPage({ endpoints, routes }: Pick<StackStatus, 'endpoints' | 'routes'>): string {
  const links: [address: string, what: string][] = [
    [endpoints.marketplace, 'AWS Marketplace: act as a buyer, who then registers'],
    ['/_stack', 'The stack: outputs, tables, functions, queues, schedules'],
    ['/_stack/clock', 'The simulated time'],
    ['/_stack/alarms', 'Alarms'],
    ['/_stack/metrics', 'Metrics'],
    ['/_stack/failures', 'Failed invocations and deliveries'],
    ['/_stack/tables/subscriptions', 'Subscriptions, as they are stored'],
  ];
  // The endpoint comes from the environment, when the simulator runs elsewhere.
  const shown = links.filter(([address]) => /^(\/|https?:)/.test(address));
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>The local stack</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <h1>The local stack</h1>
        <ul>
          ${shown.map(([address, what]) => html`<li><a href="${address}">${what}</a></li>`)}
        </ul>
        <p>The HTTP API has these routes:</p>
        <ul>
          ${routes.map(({ routeKey, signed }) => html`<li>${routeKey}${signed ? ' (signed)' : ''}</li>`)}
        </ul>
        <p>In a terminal, <code>npm run ops -- --local --help</code> lists the operator's commands.</p>
      </body>
    </html> `;
  return page.toString();
}
