/**
 * The registration session's cookie. `__Host-` makes the browser itself refuse it without Secure, with another path or
 * from another host; browsers treat http://127.0.0.1 as secure, so it works on one machine too.
 */
export const SESSION_COOKIE = '__Host-registration';
export const SESSION_SECONDS = 3600;

/** `Lax`: it comes along when the buyer follows a link, and never with another site's form. */
export function sessionCookie(secret: string): string {
  return `${SESSION_COOKIE}=${secret}; Max-Age=${SESSION_SECONDS}; Path=/; Secure; HttpOnly; SameSite=Lax`;
}
