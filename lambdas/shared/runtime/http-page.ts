import type { SellerConfiguration } from '../contract/seller-configuration';
import { html, type Html } from '../../../web/html';
import { BASE_STYLE, inlineStyle } from '../../../web/style';
import type { HttpError, HttpResponse } from './http-message';

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

const style = inlineStyle(BASE_STYLE);

/** No scripts, no style except this one (by its hash), no framing, and forms that post to this site only. */
const SECURITY_POLICY = [
  "default-src 'none'",
  `style-src ${style.source}`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A complete page, readable without style, with the support contact that AWS requires on every page. */
export function pageResponse({ statusCode, title, heading = title, content, support, headers }: Page): HttpResponse {
  const body = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        ${style.element}
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
      'content-security-policy': SECURITY_POLICY,
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
