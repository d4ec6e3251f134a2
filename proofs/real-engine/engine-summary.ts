import Table from 'cli-table3';
import { ENGINE_FAULT_NAMES, ENGINE_FAULTS, type EngineFault } from './engine-faults';
import type { EngineReport } from './run-seed';

type Counted = Pick<EngineReport, 'counts' | 'events' | 'records'>;

/** Adds up what the seeds met. */
export class EngineSummary {
  seeds = 0;
  events = 0;
  records = 0;
  readonly #fired = new Map<EngineFault, { times: number; seeds: number }>();

  add({ counts, events, records }: Counted): void {
    this.seeds += 1;
    this.events += events;
    this.records += records;
    for (const name of ENGINE_FAULT_NAMES) {
      const { times, seeds } = this.#fired.get(name) ?? { times: 0, seeds: 0 };
      const fresh = counts[name] ?? 0;
      if (fresh > 0) this.#fired.set(name, { times: times + fresh, seeds: seeds + 1 });
    }
  }

  /** Faults that never took effect: whatever they were to show has not been shown. */
  get missing(): EngineFault[] {
    return ENGINE_FAULT_NAMES.filter((name) => !this.#fired.has(name));
  }

  toTable(emphasize: (text: string) => string): string {
    const table = new Table({
      head: ['fault', 'times', 'seeds', 'what'],
      colAligns: ['left', 'right', 'right', 'left'],
      style: { head: [], border: [], compact: true },
    });
    for (const name of ENGINE_FAULT_NAMES) {
      const { times, seeds } = this.#fired.get(name) ?? { times: 0, seeds: 0 };
      table.push([name, times === 0 ? emphasize('never') : times, seeds, ENGINE_FAULTS[name]]);
    }
    return table.toString();
  }
}
