import type { Reading } from './reading';

/**
 * `ok`: as it should be. `attention`: it works, but somebody should look. `failed`: buyers or usage are lost until it is
 * mended. `notChecked`: nobody could look; the sentence says why.
 */
export type Status = 'ok' | 'attention' | 'failed' | 'notChecked';

/** The result of one check. */
export interface Finding {
  /** What was looked at, in a few words. */
  check: string;
  status: Status;
  /** One sentence about what was found. */
  says: string;
  /** What to do about it, unless all is well. */
  todo?: string;
  /** The section of the documents that says more: `docs/deploy.md#4-connect-the-listing`. */
  see?: string;
}

export type Advice = Required<Pick<Finding, 'todo' | 'see'>>;

export const ok = (check: string, says: string): Finding => ({ check, status: 'ok', says });

export const attention = (check: string, says: string, advice: Advice): Finding => ({
  check,
  status: 'attention',
  says,
  ...advice,
});

export const failed = (check: string, says: string, advice: Advice): Finding => ({
  check,
  status: 'failed',
  says,
  ...advice,
});

export const notChecked = (check: string, says: string): Finding => ({ check, status: 'notChecked', says });

/** The findings about what was read, or one that says why it was not. */
export function whenRead<T>(check: string, reading: Reading<T>, judge: (value: T) => Finding | Finding[]): Finding[] {
  if (reading.is === 'read') return [judge(reading.value)].flat();
  if (reading.is === 'unavailable') return [notChecked(check, reading.why)];
  return [
    attention(check, `It could not be read: ${reading.why}`, {
      todo: 'Repeat the command; if it stays, follow the message.',
      see: 'docs/security.md#the-operator',
    }),
  ];
}
