import type { Random } from './random';

/** The operations that the simulator answers. */
export const OPERATIONS = ['ResolveCustomer', 'BatchMeterUsage', 'GetEntitlements', 'DescribeAgreement'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** What can be planted. "Commit" is the moment the call takes effect. */
export const FAULT_KINDS = [
  'throttle',
  'disabledApi',
  'errorBeforeCommit',
  'errorAfterCommit',
  'dropBeforeCommit',
  'dropAfterCommit',
  /** BatchMeterUsage: some records are returned in UnprocessedRecords and not billed. */
  'unprocessed',
  /** BatchMeterUsage: some records get CustomerNotSubscribed, as for a brand-new license. */
  'customerNotSubscribed',
  /** BatchMeterUsage: Results are shuffled. */
  'reorder',
  /** BatchMeterUsage: the call fails as if the licenses were not active yet. */
  'licenseNotActive',
  /** ResolveCustomer: the answer has no LicenseArn, as for a brand-new license. */
  'noLicenseArn',
  /** GetEntitlements: an empty page with a NextToken. */
  'emptyPage',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A fault of the calls, with either `next` or `rate`. */
export interface Fault {
  kind: FaultKind;
  /** Absent: all operations. */
  operation?: Operation;
  /** Affects this many calls, then the fault is used up. */
  next?: number;
  /** Affects each call with this probability until the faults are cleared. */
  rate?: number;
  /** The probability that a record of an affected call is affected; at least one always is. Default: 0.5. */
  fraction?: number;
}

const NONE: readonly FaultKind[] = [];

/** The planted faults. Random numbers are drawn only for faults that have a rate or affect single records. */
export class Faults {
  #planted: Fault[] = [];
  #struck: FaultKind[] = [];

  constructor(private readonly random: Random) {}

  plant(fault: Fault): void {
    this.#planted.push({ ...fault });
  }

  list(): readonly Fault[] {
    return this.#planted;
  }

  clear(): void {
    this.#planted = [];
  }

  /** @returns the fault that affects this call, if any, and counts it down. */
  take(operation: Operation, kind: FaultKind): Fault | undefined {
    const hit = this.#planted.find(
      (fault) => fault.kind === kind && (fault.operation ?? operation) === operation && this.#hits(fault),
    );
    if (hit !== undefined) this.#struck.push(kind);
    if (hit?.next !== undefined) {
      hit.next -= 1;
      this.#planted = this.#planted.filter(({ next }) => next !== 0);
    }
    return hit;
  }

  /** The kinds of the faults that were taken since the last time. */
  takeStruck(): readonly FaultKind[] {
    if (this.#struck.length === 0) return NONE;
    const struck = this.#struck;
    this.#struck = [];
    return struck;
  }

  #hits({ next, rate }: Fault): boolean {
    return next !== undefined ? next > 0 : this.random.next() < (rate ?? 0);
  }

  /** @returns the indexes of the affected records out of `count`: at least one. */
  affected({ fraction = 0.5 }: Fault, count: number): ReadonlySet<number> {
    const indexes = Array.from({ length: count }, (_, index) => index);
    const hit = indexes.filter(() => this.random.next() < fraction);
    return new Set(hit.length > 0 ? hit : indexes.slice(0, 1));
  }
}
