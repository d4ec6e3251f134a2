// Apart from registrations.ts, so that functions that only move the expiry of contacts do not contain the rest.

export const contactKey = (subscriptionId: string) => ({ pk: `registration#${subscriptionId}` });

/** Whether an item has expired: DynamoDB may delete it days later. */
export function isExpired({ expiresAt = Infinity }: { expiresAt?: number }, nowMs: number): boolean {
  return expiresAt * 1000 <= nowMs;
}
