/** The nth subscription id, in the form of real ones. */
export function aSubscriptionId(n: number): string {
  return `s-${String(n).padStart(26, '0')}`;
}
