import { html, type Html } from '../../web/html';
import { reload, script, widePage } from '../../web/page';
import { printableLines } from '../../web/printable';
import { inlineStyle } from '../../web/style';
import { WIDE_STYLE } from '../../web/wide-style';
import { utcTime } from './words';

/** What a page shows. */
export interface View {
  title: string;
  /** The navigation's part that it belongs to. */
  part?: string;
  content: Html;
  /** Shows what is new without being loaded again by hand. */
  isLive?: boolean;
  /** Without JavaScript, too: on a page where nobody types much, because what was typed would be lost. */
  reloadsWithoutScript?: boolean;
  /** A form posts to the seller, and the seller may lead anywhere. */
  leavesForSeller?: boolean;
  status?: number;
}

export const PARTS = {
  storefront: '/',
  agreements: '/agreements',
  calls: '/calls',
  events: '/events',
  ledger: '/ledger',
  controls: '/controls',
} as const;

const NAVIGATION = [
  { href: PARTS.storefront, text: 'Storefront' },
  { href: PARTS.agreements, text: 'Agreements' },
  { href: PARTS.calls, text: 'Calls' },
  { href: PARTS.events, text: 'Events' },
  { href: PARTS.ledger, text: 'Ledger' },
  { href: PARTS.controls, text: 'Faults and clock' },
];

export const LIVE_SCRIPT_PATH = '/live.js';
const RELOAD_SECONDS = 10;
const style = inlineStyle(WIDE_STYLE);

/**
 * The document of a page. A character of data that would turn or hide the text around it is shown as its escape: here,
 * once, for whatever a page shows.
 */
export function documentOf(view: View, { nowMs }: { nowMs: number }): string {
  const { title, part, content, isLive = false, reloadsWithoutScript = false } = view;
  const page = widePage({
    title,
    site: 'AWS Marketplace simulator',
    head: [
      style.element,
      ...(isLive ? [script(LIVE_SCRIPT_PATH)] : []),
      ...(reloadsWithoutScript ? [html`<noscript>${reload(RELOAD_SECONDS)}</noscript>`] : []),
    ],
    navigation: NAVIGATION,
    current: part,
    place: `Simulated time: ${utcTime(nowMs)} UTC`,
    content: html`${content}
      <footer>Times are simulated and in UTC. Nothing here is kept when the simulator stops.</footer>`,
  });
  return printableLines(page.toString());
}

/** A page loads only what the simulator serves. */
export const policyOf = ({ leavesForSeller = false }: View): string =>
  [
    "default-src 'none'",
    `style-src ${style.source}`,
    "script-src 'self'",
    "connect-src 'self'",
    `form-action ${leavesForSeller ? "'self' http: https:" : "'self'"}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
