import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { html } from '../../../web/html';
import { OperatorError } from '../../errors';
import type { Answer, Route } from '../routes';

const FILE = join(import.meta.dirname, '../../../docs/runbook.md');

/** A section of the runbook of this version, as it is written. */
export const runbookRoutes = (): Route[] => [
  { path: '/runbook/:anchor', answer: ({ params }) => page(params.anchor ?? '') },
];

function page(anchor: string): Answer {
  const section = sectionOf(readFileSync(FILE, 'utf8'), anchor);
  if (section === undefined) throw new OperatorError(`docs/runbook.md has no section ${anchor}.`);
  const content = html`<section class="card"><pre>${section.text}</pre></section>
    <p class="muted">From docs/runbook.md.</p>`;
  return { kind: 'view', view: { title: section.heading, content } };
}

/** From the heading with this anchor to the next heading. */
function sectionOf(runbook: string, anchor: string): { heading: string; text: string } | undefined {
  for (const part of runbook.split(/^(?=#{2,3} )/m)) {
    const [, heading = '', text = ''] = /^#{2,3} (.*)\n([^]*)$/.exec(part) ?? [];
    if (heading !== '' && anchorOf(heading) === anchor) return { heading, text: text.trim() };
  }
  return undefined;
}

/** As GitHub makes it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-');
