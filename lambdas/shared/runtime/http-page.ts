import type { SellerConfiguration } from '../contract/seller-configuration';
import type { HttpError, HttpResponse } from './http-message';
import { PAGE_SECURITY_POLICY, PAGE_STYLE } from './http-page-style';

/** Markup that is safe to show. Only `html` creates it, and escapes every value that is not `Html`. */
export class Html {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

type Value = Html | readonly Html[] | string | number | undefined;

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** A template that escapes its values for text and for quoted attributes. `undefined` becomes an empty text. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(strings.map((text, index) => text + toMarkup(values[index])).join(''));
}

function toMarkup(value: Value): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.toString();
  if (typeof value === 'object') return value.map(String).join('');
  return String(value).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

export type Support = SellerConfiguration['support'];

export interface Page {
  statusCode: number;
  title: string;
  /** The heading above the content; default: the title. */
  heading?: string;
  content: Html;
  support: Support;
  headers?: Record<string, string>;
}

/** Built without a template, because the policy's hash covers every character between the tags. */
const styleElement = new Html(`<style>${PAGE_STYLE}</style>`);

/** A complete page, readable without style, with the support contact that AWS requires on every page. */
export function pageResponse({ statusCode, title, heading = title, content, support, headers }: Page): HttpResponse {
  const body = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        ${styleElement}
      </head>
      <body>
        <main>
          <div class="card">
            <h1>${heading}</h1>
            ${content}
          </div>
          <footer>Questions? ${supportContact(support)}</footer>
        </main>
      </body>
    </html> `;
  return {
    statusCode,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': PAGE_SECURITY_POLICY,
      ...headers,
    },
    body: body.toString(),
  };
}

/** A page of a few sentences. */
export function messagePage({ sentences, ...page }: Omit<Page, 'content'> & { sentences: string[] }): HttpResponse {
  return pageResponse({ ...page, content: html`${sentences.map((sentence) => html`<p>${sentence}</p>`)}` });
}

/** Renders errors for people; see `HttpChainDeps.renderError`. */
export function errorPage(support: Support): (error: HttpError) => HttpResponse {
  return ({ statusCode, message }) =>
    messagePage({ statusCode, title: 'This did not work', sentences: [message], support });
}

function supportContact({ email, url }: Support): Html {
  const byMail = email === undefined ? undefined : html`<a href="mailto:${email}">${email}</a>`;
  const byWeb = url === undefined ? undefined : html`<a href="${url}">${url}</a>`;
  if (byMail === undefined || byWeb === undefined) return html`Contact us: ${byMail ?? byWeb}`;
  return html`Contact us: ${byMail} or ${byWeb}`;
}
