import { html, type Html } from '../../web/html';
import { badge, link, type Tone } from '../../web/parts';
import type { Agreement, Entitlement } from '../rules/state';

/** `2026-11-15 12:30:00`, of milliseconds since the epoch or of a time as AWS writes it. */
export function utcTime(time: number | string): string {
  const date = new Date(time);
  // The year 9999 is how AWS writes "never"; past it there is no date at all.
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString().slice(0, 19).replace('T', ' ');
}

/** A time that stays on one line. */
export const when = (time: number | string): Html => html`<time>${utcTime(time)}</time>`;
/** A short name that stays on one line: an operation, an account id. */
export const whole = (text: string): Html => html`<span class="whole">${text}</span>`;

export const counted = (count: number, noun: string): string =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;

/** How much of one text a page shows. */
const SHOWN_CHARACTERS = 100_000;

/** A value of the wire as indented JSON. */
export function json(value: unknown): Html {
  const text =
    JSON.stringify(value, (_key, member: unknown) => (typeof member === 'bigint' ? String(member) : member), 2) ?? '';
  const rest = text.length - SHOWN_CHARACTERS;
  return html`<pre>${text.slice(0, SHOWN_CHARACTERS)}</pre>
    ${rest > 0 ? html`<p class="muted">${counted(rest, 'more character')}.</p>` : undefined}`;
}

const STATUS_TONES: Record<Agreement['status'], Tone> = {
  ACTIVE: 'good',
  RENEWED: 'plain',
  REPLACED: 'plain',
  CANCELLED: 'warn',
  EXPIRED: 'warn',
  TERMINATED: 'bad',
};

export const statusBadge = ({ status }: Agreement): Html => badge(status, STATUS_TONES[status]);

export const agreementPath = (agreementId: string): string => `/buyer/agreements/${encodeURIComponent(agreementId)}`;
export const agreementLink = (agreementId: string): Html => link(agreementPath(agreementId), agreementId);

/** `seats: 25, support: true` */
export const entitlementsText = (entitlements: readonly Entitlement[]): string =>
  entitlements.map(({ dimension, value }) => `${dimension}: ${Object.values(value).join()}`).join(', ');
