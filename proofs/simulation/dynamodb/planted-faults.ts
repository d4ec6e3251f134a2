import type { Fault, Marketplace } from '../../../simulator';
import type { Failure } from '../../../local/stack/activity';
import type { LocalStack } from '../../../local/stack/local-stack';
import { METERING_FAULTS, type FaultName } from '../driver/faults';
import type { UnreliableDynamoDb } from './unreliable-dynamodb';

type AwsFault = (typeof METERING_FAULTS)[number];

/** The faults that the driver has planted, and how often each took effect. */
export class PlantedFaults {
  /** How often each kind was planted, and how many calls it hits. */
  readonly #aws = new Map<string, { times: number; calls: number }>();
  #functionFaults = 0;

  constructor(
    private readonly stack: Pick<LocalStack, 'failures' | 'clearFaults'>,
    private readonly marketplace: Pick<Marketplace, 'plantFault' | 'clearFaults' | 'faults'>,
    readonly store: UnreliableDynamoDb,
  ) {}

  /** The faults that were planted least, because every fault has to happen in a few seeds. */
  get rarestAws(): AwsFault[] {
    const timesOf = (kind: AwsFault) => this.#aws.get(kind)?.times ?? 0;
    const least = Math.min(...METERING_FAULTS.map(timesOf));
    return METERING_FAULTS.filter((kind) => timesOf(kind) === least);
  }

  plantAws(kind: AwsFault, next: number): void {
    const { times = 0, calls = 0 } = this.#aws.get(kind) ?? {};
    this.#aws.set(kind, { times: times + 1, calls: calls + next });
    this.marketplace.plantFault({ operation: 'BatchMeterUsage', kind, next });
  }

  /** Hits every call until `clearAws`. */
  plantOutage(kind: Fault['kind']): void {
    this.clearAws();
    this.marketplace.plantFault({ operation: 'BatchMeterUsage', kind, rate: 1 });
  }

  /** Calls that are left were not hit. */
  clearAws(): void {
    for (const { kind, next = 0 } of this.marketplace.faults()) {
      const planted = this.#aws.get(kind);
      if (planted) planted.calls -= next;
    }
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
    const aws = METERING_FAULTS.map((kind): [FaultName, number] => [kind, this.#aws.get(kind)?.calls ?? 0]);
    return [...aws, ...store];
  }
}
