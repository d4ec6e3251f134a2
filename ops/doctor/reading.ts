import { sentenceOf } from '../errors';

/** What was read, why nobody can read it here, or the error that reading it gave. */
export type Reading<T> =
  { is: 'read'; value: T } | { is: 'unavailable'; why: string } | { is: 'unreadable'; why: string };

export const read = <T>(value: T): Reading<T> => ({ is: 'read', value });
export const unavailable = (why: string): Reading<never> => ({ is: 'unavailable', why });

/** How AWS's services call a missing permission. */
const DENIED = ['AccessDenied', 'AccessDeniedException', 'AuthorizationError', 'AuthorizationErrorException'];

/** Reads once. `action`: the permission that it needs, such as `lambda:GetAccountSettings`, if any. It never throws. */
export async function attempt<T>(action: string | undefined, reading: () => Promise<T>): Promise<Reading<T>> {
  try {
    return read(await reading());
  } catch (error) {
    if (action !== undefined && error instanceof Error && DENIED.includes(error.name))
      return unavailable(`These credentials lack the permission ${action}.`);
    return { is: 'unreadable', why: sentenceOf(error) };
  }
}
