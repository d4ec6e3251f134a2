import type { Random } from './random';

export const OPERATIONS = ['ResolveCustomer', 'BatchMeterUsage', 'GetEntitlements'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** What can be made to go wrong. "Commit" is the moment the call has its effect. */
export const FAULT_KINDS = [
  'throttle',
  'disabledApi',
  'errorBeforeCommit',
  'errorAfterCommit',
  'dropBeforeCommit',
  'dropAfterCommit',
  /** BatchMeterUsage: part of the records comes back in UnprocessedRecords, not billed. */
  'unprocessed',
  /** BatchMeterUsage: part of the records is answered CustomerNotSubscribed, as for a brand-new licence. */
  'customerNotSubscribed',
  /** BatchMeterUsage: the Results come in another order. */
  'reorder',
  /** BatchMeterUsage: the licences look as if they had not been activated yet. */
  'licenseNotActive',
  /** GetEntitlements: an empty page that carries a NextToken. */
  'emptyPage',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  kind: FaultKind;
  /** Absent: every operation. */
  operation?: Operation;
  /** Hits the next so many calls. */
  next?: number;
  /** Or hits each call with this probability, until removed. */
  rate?: number;
  /** Of the records of a call that is hit: the probability of each to be affected (default 0.5; at least one is). */
  fraction?: number;
}

/** The faults that are planted. Draws from the seeded randomness only where a planted fault asks for it. */
export class Faults {
  readonly #random: Random;
  #planted: Fault[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  plant(fault: Fault): void {
    this.#planted.push({ ...fault });
  }

  list(): readonly Fault[] {
    return this.#planted;
  }

  clear(): void {
    this.#planted = [];
  }

  /** The fault that hits this call, if one does; a counted fault is used up by it. */
  take(operation: Operation, kind: FaultKind): Fault | undefined {
    const hit = this.#planted.find(
      (fault) => fault.kind === kind && (fault.operation ?? operation) === operation && this.#hits(fault),
    );
    if (hit?.next !== undefined) {
      hit.next -= 1;
      this.#planted = this.#planted.filter(({ next }) => next !== 0);
    }
    return hit;
  }

  #hits({ next, rate }: Fault): boolean {
    return next !== undefined ? next > 0 : this.#random.next() < (rate ?? 0);
  }

  /** Which of `count` records the fault affects: each with its probability, and never none. */
  affected({ fraction = 0.5 }: Fault, count: number): ReadonlySet<number> {
    const indexes = Array.from({ length: count }, (_, index) => index);
    const hit = indexes.filter(() => this.#random.next() < fraction);
    return new Set(hit.length > 0 ? hit : indexes.slice(0, 1));
  }
}
