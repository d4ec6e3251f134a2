import Table from 'cli-table3';
import { FAULT_NAMES, FAULTS, type FaultCounts, type FaultName } from './faults';
import type { SeedReport } from './worker';

/** Fewer seeds than this may miss a fault by chance. */
export const SEEDS_FOR_ALL_FAULTS = 200;

/** Adds up what many seeds met. */
export class Summary {
  readonly fired: FaultCounts = {};
  readonly seedsWith: FaultCounts = {};
  seeds = 0;
  events = 0;
  calls = 0;

  add({ counts, events, calls }: Pick<SeedReport, 'counts' | 'events' | 'calls'>): void {
    this.seeds += 1;
    this.events += events;
    this.calls += calls;
    for (const name of FAULT_NAMES) {
      const count = counts[name];
      if (count === undefined) continue;
      this.fired[name] = (this.fired[name] ?? 0) + count;
      this.seedsWith[name] = (this.seedsWith[name] ?? 0) + 1;
    }
  }

  /** Faults that never took effect: whatever they were to show has not been shown. */
  get missing(): FaultName[] {
    return FAULT_NAMES.filter((name) => this.fired[name] === undefined);
  }

  toTable(emphasize: (text: string) => string): string {
    const table = new Table({
      head: ['fault', 'times', 'seeds', 'what'],
      colAligns: ['left', 'right', 'right', 'left'],
      style: { head: [], border: [], compact: true },
    });
    for (const name of FAULT_NAMES) {
      const times = this.fired[name];
      table.push([
        name,
        times === undefined ? emphasize('never') : String(times),
        String(this.seedsWith[name] ?? 0),
        FAULTS[name],
      ]);
    }
    return table.toString();
  }
}
