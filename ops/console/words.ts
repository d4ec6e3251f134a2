import type { HourState } from '../../lambdas/shared/domain/hourly-usage';
import type { SubscriptionState } from '../../lambdas/shared/domain/subscription';
import type { Html } from '../../web/html';
import { badge, link, type Tone } from '../../web/parts';
import type { Installation } from '../installation/installation';

const SUBSCRIPTION_TONES: Record<SubscriptionState, Tone> = {
  pending: 'warn',
  active: 'good',
  ending: 'warn',
  ended: 'plain',
};

const HOUR_TONES: Record<HourState, Tone> = {
  open: 'plain',
  sealed: 'warn',
  billed: 'good',
  covered: 'good',
  carried: 'plain',
  withheld: 'plain',
  rejected: 'bad',
  expired: 'bad',
  unconfirmed: 'bad',
};

export const subscriptionState = (state: SubscriptionState): Html => badge(state, SUBSCRIPTION_TONES[state]);
export const hourState = (state: HourState): Html => badge(state, HOUR_TONES[state]);

export const subscriptionPath = (id: string): string => `/subscriptions/${encodeURIComponent(id)}`;
export const hourPath = (key: { subscriptionId: string; dimension: string; hour: string }): string =>
  `${subscriptionPath(key.subscriptionId)}/hours/${encodeURIComponent(key.dimension)}/${key.hour}`;

export const subscriptionLink = (id: string): Html => link(subscriptionPath(id), id);
export const hourLink = (key: { subscriptionId: string; dimension: string; hour: string }): Html =>
  link(hourPath(key), key.hour);

/** A command line for this installation. A word from data is quoted, because it is made for pasting into a shell. */
export const opsCommand = ({ options }: Pick<Installation, 'options'>, ...words: readonly string[]): string =>
  ['npm run ops --', ...[...words, ...options].map(quoted)].join(' ');

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
