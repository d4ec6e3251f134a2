import { html, type Html } from './html';

export { getForm } from './forms';

export type Content = Html | string | number | undefined;

export type Tone = 'good' | 'bad' | 'warn' | 'plain';

/** A state in a word. The word says it, not the colour alone. */
export const badge = (text: string, tone: Tone = 'plain'): Html => html`<span class="badge ${tone}">${text}</span>`;

export const card = (heading: string, ...content: readonly Content[]): Html =>
  html`<section class="card">
    <h2>${heading}</h2>
    ${content.map((each) => html`${each}`)}
  </section>`;

/** Names and values, without values that are missing. */
export function definitions(entries: readonly (readonly [term: string, value: Content])[]): Html {
  const present = entries.filter(([, value]) => value !== undefined && value !== '');
  return html`<dl>
    ${present.map(
      ([term, value]) =>
        html`<dt>${term}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}

export type Column = string | { heading: string; isNumber: true };

export const number = (heading: string): Column => ({ heading, isNumber: true });

export interface Table {
  /** For those who hear the page, and as the table's title. */
  caption: string;
  columns: readonly Column[];
  rows: readonly (readonly Content[])[];
  /** Instead of a table without rows. */
  nothing?: string;
  /** A row that somebody must look at. */
  isMarked?(row: number): boolean;
}

/** On a narrow screen each row is a list. The roles keep it a table for those who hear it. */
export function table({ caption, columns, rows, nothing = 'None.', isMarked }: Table): Html {
  if (rows.length === 0) return html`<p class="muted">${nothing}</p>`;
  const headings = columns.map((column) => (typeof column === 'string' ? column : column.heading));
  const kind = (index: number) => (typeof columns[index] === 'object' ? html` class="number"` : undefined);
  return html`<table role="table">
    <caption>
      ${caption}
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        ${headings.map((heading, index) => html`<th scope="col" role="columnheader" ${kind(index)}>${heading}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map(
        (row, line) =>
          html`<tr role="row" ${isMarked?.(line) ? html`class="marked"` : undefined}>
            ${headings.map(
              (heading, index) => html`<td role="cell" data-label="${heading}" ${kind(index)}>${row[index]}</td>`,
            )}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

export const link = (href: string, text: string): Html => html`<a href="${href}">${text}</a>`;

/** Work that is not done yet. Without a total, nobody knows how much it is. */
export const progress = ({ label, done, total }: { label: string; done: number; total?: number }): Html =>
  html`<p>
    <label for="progress">${label}: ${done}${total === undefined ? '' : ` of ${total}`}</label>
    <progress id="progress" ${total === undefined ? undefined : html`max="${total}" value="${done}"`}></progress>
  </p>`;

/** A picture at an address of its own. What it shows stands in numbers beside it. */
export const figure = (picture: { src: string; alt: string; caption: string; width: number; height: number }): Html =>
  html`<figure>
    <img src="${picture.src}" alt="${picture.alt}" width="${picture.width}" height="${picture.height}" />
    <figcaption>${picture.caption}</figcaption>
  </figure>`;

/** The command that does what a page cannot. */
export const terminal = (what: string, ...commands: readonly string[]): Html =>
  html`<div class="terminal">
    <p>${what}</p>
    ${commands.map((command) => html`<p><code>${command}</code></p>`)}
  </div>`;
