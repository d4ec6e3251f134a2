import { createHash } from 'node:crypto';
import { printableLines } from '../../web/printable';
import { html, type Html } from '../../web/html';
import { reload, script, stylesheet, widePage } from '../../web/page';
import { BASE_STYLE, inlineStyle } from '../../web/style';
import { WIDE_STYLE } from '../../web/wide-style';
import { CONSOLE_SCRIPT } from './console-script';

const SITE = 'Marketplace console';

/** What a page of the console shows. */
export interface View {
  title: string;
  /** The navigation's part that it belongs to. */
  part?: string;
  content: Html;
  /** Load it again, because it is not complete. */
  isIncomplete?: boolean;
  statusCode?: number;
}

export interface Surroundings {
  /** The installation's title. */
  place: string;
  isLocal: boolean;
  /** What reading the page has cost so far. */
  readUnits: number;
}

interface StaticFile {
  path: string;
  type: string;
  body: string;
}

/** A changed file gets another address, so that a browser may keep it. */
function staticFile(name: string, extension: string, body: string): StaticFile {
  const digest = createHash('sha256').update(body).digest('hex').slice(0, 12);
  const type = extension === 'css' ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8';
  return { path: `/${name}-${digest}.${extension}`, type, body };
}

const style = staticFile('style', 'css', WIDE_STYLE);
const enhancement = staticFile('console', 'js', CONSOLE_SCRIPT);
export const STATIC_FILES: readonly StaticFile[] = [style, enhancement];

/** Everything that a page loads is a file of the console itself. Nothing is inline. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const PARTS = [
  { href: '/', text: 'Overview' },
  { href: '/subscriptions', text: 'Subscriptions' },
  { href: '/unbilled', text: 'Not billed' },
  { href: '/month', text: 'Month by buyer' },
  { href: '/reconcile', text: 'Reconcile' },
];

/**
 * The document of a page. A character of data that would turn or hide the text around it is shown as its escape: here,
 * once, for whatever a page shows.
 */
export function documentOf(view: View, { place, isLocal, readUnits }: Surroundings): string {
  const navigation = isLocal ? [...PARTS, { href: '/local', text: 'Local' }] : PARTS;
  const page = widePage({
    title: view.title,
    site: SITE,
    head: [stylesheet(style.path), script(enhancement.path), ...(view.isIncomplete ? [reload(1)] : [])],
    navigation,
    current: view.part,
    place,
    content: html`${view.content}
      <footer>
        Times are in UTC. This page reads and changes nothing.
        ${readUnits > 0 ? `Reading it took ${readUnits.toLocaleString('en')} read units of DynamoDB.` : ''}
      </footer>`,
  });
  return printableLines(page.toString());
}

const plainStyle = inlineStyle(BASE_STYLE);

/** For a visitor whom the console does not know: nothing that it loads would be served. */
export function refusalDocument({ heading, advice }: { heading: string; advice: string }): {
  body: string;
  contentSecurityPolicy: string;
} {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${heading}</title>
        ${plainStyle.element}
      </head>
      <body>
        <main>
          <div class="card">
            <h1>${heading}</h1>
            <p>${advice}</p>
          </div>
        </main>
      </body>
    </html> `;
  const contentSecurityPolicy = `default-src 'none'; style-src ${plainStyle.source}; base-uri 'none'; frame-ancestors 'none'`;
  return { body: printableLines(page.toString()), contentSecurityPolicy };
}
