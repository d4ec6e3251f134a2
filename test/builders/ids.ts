/** The nth subscription id, of the form that is minted. */
export function aSubscriptionId(n: number): string {
  return `s-${String(n).padStart(26, '0')}`;
}
