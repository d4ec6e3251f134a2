import { html, type Html } from '../../web/html';
import { card, link, progress } from '../../web/parts';
import { counted } from '../output/counted';
import { utcTime } from '../output/utc';
import type { Reading } from './background-reads';

type Kind<Name extends Reading<unknown>['kind']> = Extract<Reading<unknown>, { kind: Name }>;

/** How far a long read is, or why it failed. */
export function unlessDone(reading: Kind<'running'> | Kind<'failed'>): Html {
  if (reading.kind === 'failed')
    return card('This could not be read', html`<p class="bad">${reading.sentence}</p>`, units(reading.readUnits));
  return card(
    'Reading …',
    progress(reading),
    html`<p class="muted">This page loads again each second until it is complete.</p>`,
    units(reading.readUnits),
  );
}

/** When a result was read, what it cost, and how to read it again. */
export const readingCard = ({ readAtMs, readUnits }: Kind<'done'>, again: string): Html =>
  html`<p class="muted">
    Read at ${utcTime(readAtMs)} UTC for ${counted(readUnits, 'read unit')} of DynamoDB. ${link(again, 'Read it again')}
  </p>`;

const units = (readUnits: number): Html =>
  html`<p class="muted">${counted(readUnits, 'read unit')} of DynamoDB so far.</p>`;
