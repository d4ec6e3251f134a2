import { html, type Html } from '../../../web/html';
import { PAGE_TEXTS, type PageText } from '../contract/page-texts';
import type { HttpError, HttpResponse } from './http-message';
import type { SellerSite } from './seller-site';

export interface Page {
  statusCode: number;
  title: string;
  /** The heading above the content; default: the title. */
  heading?: string;
  content: Html;
  headers?: Record<string, string>;
}

/** A complete page, readable without style, with the support contact that AWS requires on every page. */
export function pageResponse(
  { language, style, securityPolicy, header, footer }: SellerSite,
  { statusCode, title, heading = title, content, headers }: Page,
): HttpResponse {
  const body = html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        ${style.element}
      </head>
      <body>
        ${header}
        <main>
          <div class="card">
            <h1>${heading}</h1>
            ${content}
          </div>
        </main>
        ${footer}
      </body>
    </html> `;
  return {
    statusCode,
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': securityPolicy, ...headers },
    body: body.toString(),
  };
}

/** A page of a few sentences. */
export function messagePage(
  site: SellerSite,
  { sentences, ...page }: Omit<Page, 'content'> & { sentences: string[] },
): HttpResponse {
  return pageResponse(site, { ...page, content: html`${sentences.map((sentence) => html`<p>${sentence}</p>`)}` });
}

/** Renders errors for people, in the seller's words for their reasons; see `HttpChainDeps.renderError`. */
export function errorPage(site: SellerSite): (error: HttpError) => HttpResponse {
  return ({ statusCode, reason, message }) => {
    const sentence = isPageText(reason) ? site.say(reason) : message;
    return messagePage(site, { statusCode, title: site.say('errorHeading'), sentences: [sentence] });
  };
}

function isPageText(name: string): name is PageText {
  return Object.hasOwn(PAGE_TEXTS, name);
}
