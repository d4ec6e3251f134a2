import { requireActive } from './agreements';
import type { Context } from './context';
import { base64Like } from './random';

/** A registration token. */
export interface IssuedToken {
  /** What *Set up your account* posts as `x-amzn-marketplace-token`. */
  token: string;
  /** Milliseconds since the epoch. */
  expiresAtMs: number;
}

/** Issues the registration token that *Set up your account* posts to the seller. */
export function issueToken(context: Context, agreementId: string): IssuedToken & { freeTrial: boolean } {
  const { state, clock, options, random } = context;
  const { freeTrial } = requireActive(context, agreementId);
  const issued = { token: base64Like(random, 160), expiresAtMs: clock.now() + options.tokenLifetimeMs };
  state.tokens.set(issued.token, { ...issued, agreementId, used: false });
  return { ...issued, freeTrial };
}

/**
 * The agreement's newest token while it is unused and in the first half of its life, or else a new one: a page that
 * shows a token may be loaded again each second.
 */
export function freshToken(context: Context, agreementId: string): IssuedToken {
  const { state, clock, options } = context;
  const validAtMs = clock.now() + options.tokenLifetimeMs / 2;
  const fresh = [...state.tokens.values()].findLast(
    (token) => token.agreementId === agreementId && !token.used && token.expiresAtMs > validAtMs,
  );
  return fresh ?? issueToken(context, agreementId);
}
