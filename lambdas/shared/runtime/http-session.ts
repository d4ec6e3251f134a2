/**
 * The registration session's cookie. With the prefix `__Host-`, browsers refuse it without Secure, with another path or
 * from another host. Browsers treat http://127.0.0.1 as secure, so it works locally too.
 */
export const SESSION_COOKIE = '__Host-registration';
export const SESSION_SECONDS = 3600;

/** `Lax`: browsers send it when the buyer follows a link, but never with another site's form. */
export function sessionCookie(secret: string): string {
  return `${SESSION_COOKIE}=${secret}; Max-Age=${SESSION_SECONDS}; Path=/; Secure; HttpOnly; SameSite=Lax`;
}
