import { extra, painted, table, type Shown } from '../../../ops/output/table';
import { FAULTS_OF, sentenceOf, type EngineName, type FaultCounts, type FaultName } from './faults';
import type { Violation } from './invariants';

export interface SeedReport {
  seed: number;
  violation?: Violation;
  counts: FaultCounts;
  /** Usage events. */
  events: number;
  /** Calls of DynamoDB and AWS Marketplace; only the engine in memory counts them. */
  calls?: number;
  /** Records that AWS Marketplace bills. */
  records: number;
}

/** Adds up the results of many seeds. */
export class Summary {
  readonly fired: FaultCounts = {};
  readonly seedsWith: FaultCounts = {};
  seeds = 0;
  events = 0;
  calls = 0;
  records = 0;
  readonly #faults: readonly FaultName[];

  constructor(engine: EngineName) {
    this.#faults = FAULTS_OF[engine];
  }

  add({ counts, events, calls = 0, records }: Omit<SeedReport, 'seed'>): void {
    this.seeds += 1;
    this.events += events;
    this.calls += calls;
    this.records += records;
    for (const name of this.#faults) {
      const count = counts[name] ?? 0;
      if (count === 0) continue;
      this.fired[name] = (this.fired[name] ?? 0) + count;
      this.seedsWith[name] = (this.seedsWith[name] ?? 0) + 1;
    }
  }

  /** The faults that never took effect, about which the run shows nothing. */
  get missing(): FaultName[] {
    return this.#faults.filter((name) => this.fired[name] === undefined);
  }

  toTable(emphasize: (text: string) => string): Shown {
    return table(
      ['fault', 'times', 'seeds', extra('what')],
      this.#faults.map((name) => [
        name,
        this.fired[name] ?? painted('never', emphasize),
        this.seedsWith[name] ?? 0,
        sentenceOf(name),
      ]),
    );
  }
}
