import pMap from 'p-map';
import type { HourKey } from '../shared/domain/hour';
import type { MeteringRecord } from '../shared/domain/metering-record';
import type { Clock } from '../shared/runtime/ports';
import { nameOfRun } from '../shared/domain/run-name';
import type { DecimalTrialStore } from '../shared/stores/decimal-trials';
import type { HourlyUsageStore } from '../shared/stores/hourly-usage';

const CONCURRENCY = 25;

export interface SendClaimsDeps {
  decimalTrials: Pick<DecimalTrialStore, 'get'>;
  hourlyUsage: Pick<HourlyUsageStore, 'settleDeferred'>;
  clock: Clock;
  /** 0 … 1 */
  random(): number;
  onFailure(error: unknown): void;
}

/**
 * The sends that one run claims with the sealing, which saves a write of each record.
 *
 * A run that does not come to send such a record gives its claim back: AWS was never called for it, so it can still be
 * carried. After a crash in between, its send counts as one without an answer, and the next run sends the record.
 */
export class SendClaims {
  /** Tells this run's sealing from another's, if the answer to the write was lost. */
  readonly name: string;
  readonly #kept = new Map<string, HourKey>();
  readonly #isProven = new Map<string, Promise<boolean>>();

  constructor(private readonly deps: SendClaimsDeps) {
    this.name = nameOfRun(deps);
  }

  /** Whether this run would send such a record at once. Decimals may have to wait until AWS is known to read them. */
  async mayClaim({ form, productCode }: Pick<MeteringRecord, 'form' | 'productCode'>): Promise<boolean> {
    if (form === 'whole') return true;
    const known =
      this.#isProven.get(productCode) ??
      this.deps.decimalTrials.get(productCode).then(
        ({ state }) => state === 'proven',
        () => false,
      );
    this.#isProven.set(productCode, known);
    return known;
  }

  /** Remembers an hour whose sealing claims its first send. */
  keep(hourKey: HourKey): void {
    this.#kept.set(nameOf(hourKey), hourKey);
  }

  /** Forgets the claim. @returns whether the hour's sealing has claimed its send. */
  use(hourKey: HourKey): boolean {
    return this.#kept.delete(nameOf(hourKey));
  }

  /** Gives back what was not used, as if AWS had left the records unprocessed. */
  async giveBack(): Promise<void> {
    const { hourlyUsage, clock, onFailure } = this.deps;
    const unused = [...this.#kept.values()];
    this.#kept.clear();
    await pMap(
      unused,
      (hourKey) =>
        hourlyUsage
          .settleDeferred(
            { hourKey, answers: 0, claim: this.name },
            { outcome: { kind: 'unprocessed' }, dueAtMs: clock.now() },
          )
          .catch(onFailure),
      { concurrency: CONCURRENCY },
    );
  }
}

function nameOf({ subscriptionId, hour, dimension }: HourKey): string {
  return `${subscriptionId} ${hour} ${dimension}`;
}
