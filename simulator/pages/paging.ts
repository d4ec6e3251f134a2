import { html, type Html } from '../../web/html';
import { link } from '../../web/parts';
import { counted } from './words';
import type { Filter } from './filters';

const ROWS_PER_PAGE = 100;

interface Paged<Item> {
  items: readonly Item[];
  /** Which rows these are, and the way to the others. */
  pager: Html;
}

/** One page of a list. The links keep the filter. */
export function paged<Item>(
  all: readonly Item[],
  { page, ...filter }: Filter,
  { path, noun }: { path: string; noun: string },
): Paged<Item> {
  const last = Math.max(1, Math.ceil(all.length / ROWS_PER_PAGE));
  const current = Math.min(page, last);
  const from = (current - 1) * ROWS_PER_PAGE;
  const items = all.slice(from, from + ROWS_PER_PAGE);
  const to = (wanted: number, text: string) => {
    const query = new URLSearchParams({ page: String(wanted) });
    for (const [name, value] of Object.entries(filter)) if (value !== undefined) query.set(name, value);
    return link(`${path}?${query}`, text);
  };
  const range = `${(from + 1).toLocaleString('en')} to ${(from + items.length).toLocaleString('en')} of `;
  const pager = html`<p class="pager">
    <span>${last > 1 ? range : ''}${counted(all.length, noun)}</span>
    ${current > 1 ? to(current - 1, 'Previous page') : undefined}
    ${current < last ? to(current + 1, 'Next page') : undefined}
  </p>`;
  return { items, pager };
}
