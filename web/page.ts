import { html, type Html } from './html';

interface NavigationLink {
  href: string;
  text: string;
}

export interface Page {
  /** What this page shows; the title of the window and the heading. */
  title: string;
  /** The name of the pages together, in the title and the header. */
  site: string;
  /** A `<link>` or an inline style, with whatever else belongs into the head. */
  head: readonly Html[];
  navigation: readonly NavigationLink[];
  /** The navigation's link to the part that this page belongs to. */
  current?: string;
  /** Beside the navigation: what is looked at. */
  place?: string;
  content: Html;
}

/** A whole document of the wide kind, for `WIDE_STYLE`. It needs no script. */
export function widePage({ title, site, head, navigation, current, place, content }: Page): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · ${site}</title>
        ${head}
      </head>
      <body class="wide">
        <header class="site">
          <div>
            <a class="skip" href="#content">Skip to the content</a>
            <strong>${site}</strong>
            ${navigation.length === 0 ? undefined : menu({ site, navigation, current })}
            ${place === undefined ? undefined : html`<span class="place">${place}</span>`}
          </div>
        </header>
        <main id="content" tabindex="-1">
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html> `;
}

const menu = ({ site, navigation, current }: Pick<Page, 'site' | 'navigation' | 'current'>): Html =>
  html`<nav aria-label="${site}">
    <ul>
      ${navigation.map(
        ({ href, text }) =>
          html`<li><a href="${href}" ${href === current ? html`aria-current="page"` : undefined}>${text}</a></li>`,
      )}
    </ul>
  </nav>`;

export const stylesheet = (href: string): Html => html`<link rel="stylesheet" href="${href}" />`;

/** A script of its own file, which runs when the page is complete. */
export const script = (src: string): Html => html`<script src="${src}" defer></script>`;

/** Loads the page again after so many seconds, without a script. */
export const reload = (seconds: number): Html => html`<meta http-equiv="refresh" content="${seconds}" />`;
