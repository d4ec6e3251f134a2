import type { Fault, Marketplace } from '../../../simulator';
import type { Failure } from '../../../local/stack/activity';
import type { LocalStack } from '../../../local/stack/local-stack';
import { METERING_FAULTS, type FaultName } from '../driver/faults';
import type { UnreliableDynamoDb } from './unreliable-dynamodb';

type AwsFault = (typeof METERING_FAULTS)[number];

/** The faults that the driver has planted, and how often each took effect. */
export class PlantedFaults {
  readonly #awsPlanted = new Map<AwsFault, number>();
  readonly #awsHit = new Map<AwsFault, number>();
  /** How often each kind was planted. */
  readonly #awsTimes = new Map<AwsFault, number>(METERING_FAULTS.map((kind) => [kind, 0]));
  #functionFaults = 0;

  constructor(
    private readonly stack: Pick<LocalStack, 'failures' | 'clearFaults'>,
    private readonly marketplace: Pick<Marketplace, 'plantFault' | 'clearFaults' | 'faults'>,
    readonly store: UnreliableDynamoDb,
  ) {}

  /** Those that were planted least: in a few seeds every one has to come. */
  get rarestAws(): AwsFault[] {
    const least = Math.min(...this.#awsTimes.values());
    return METERING_FAULTS.filter((kind) => this.#awsTimes.get(kind) === least);
  }

  plantAws(kind: AwsFault, next: number): void {
    this.#awsTimes.set(kind, (this.#awsTimes.get(kind) ?? 0) + 1);
    this.marketplace.plantFault({ operation: 'BatchMeterUsage', kind, next });
    this.#awsPlanted.set(kind, (this.#awsPlanted.get(kind) ?? 0) + next);
  }

  /** Hits every call until `clearAws`. */
  plantOutage(kind: Fault['kind']): void {
    this.clearAws();
    this.marketplace.plantFault({ operation: 'BatchMeterUsage', kind, rate: 1 });
  }

  /** A planted fault of which calls are left has not hit those. */
  clearAws(): void {
    for (const [kind, planted] of this.#awsPlanted) {
      const left = this.marketplace.faults().filter((fault) => fault.kind === kind);
      const hit = planted - left.reduce((sum, { next = 0 }) => sum + next, 0);
      this.#awsHit.set(kind, (this.#awsHit.get(kind) ?? 0) + hit);
    }
    this.#awsPlanted.clear();
    this.marketplace.clearFaults();
  }

  clearAll(): void {
    this.clearAws();
    this.store.clear();
    this.stack.clearFaults();
  }

  /** Planted function faults that struck since the last call, by function and kind. */
  takeStruck(): Failure[] {
    const struck = this.stack.failures().filter(({ kind }) => kind === 'plantedFault');
    const fresh = struck.slice(this.#functionFaults);
    this.#functionFaults = struck.length;
    return fresh;
  }

  /** How often each took effect; complete after `clearAll`. */
  hits(): [FaultName, number][] {
    const store = Object.entries(this.store.hits) as [FaultName, number][];
    return [...this.#awsHit, ...store];
  }
}
