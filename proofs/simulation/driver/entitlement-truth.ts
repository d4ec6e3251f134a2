import type { Entitlement } from '../../../simulator';
import type { Buyer } from './buyers';

export type Amounts = ReadonlyMap<string, number>;

const NOTHING: Amounts = new Map();

type Contracted = Pick<Buyer, 'licenseArn' | 'activatedAtMs' | 'endedAtMs'>;

/** The entitlements of contracts over time, as agreed; the simulator's answers play no part. */
export class EntitlementTruth {
  readonly #agreed = new Map<string, { sinceMs: number; amounts: Amounts }[]>();

  agree(licenseArn: string, entitlements: readonly Entitlement[], sinceMs: number): void {
    const amounts = new Map(
      entitlements.map(({ dimension, value }) => [dimension, 'IntegerValue' in value ? value.IntegerValue : 0]),
    );
    this.#agreed.set(licenseArn, [...(this.#agreed.get(licenseArn) ?? []), { sinceMs, amounts }]);
  }

  /** Every list that was true at some moment from one time to another. */
  between({ licenseArn, activatedAtMs = Infinity, endedAtMs = Infinity }: Contracted, fromMs: number, untilMs: number) {
    const agreed = this.#agreed.get(licenseArn) ?? [];
    const lists = agreed
      .filter(({ sinceMs }, index) => {
        const lastsUntilMs = Math.min(agreed[index + 1]?.sinceMs ?? Infinity, endedAtMs);
        return Math.max(sinceMs, activatedAtMs) <= untilMs && lastsUntilMs >= fromMs;
      })
      .map(({ amounts }) => amounts);
    return fromMs <= activatedAtMs || untilMs >= endedAtMs || lists.length === 0 ? [NOTHING, ...lists] : lists;
  }
}

export function textOf(amounts: Amounts): string {
  return [...amounts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([dimension, amount]) => `${dimension}=${amount}`)
    .join();
}
