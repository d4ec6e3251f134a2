import { itemSize } from '../values/item-size';
import type { MemoryTable, Write } from '../tables/memory-table';
import type { Item } from '../values/item';

const WRITE_UNIT_BYTES = 1024;
const READ_UNIT_BYTES = 4096;

interface Units {
  table: number;
  indexes: Record<string, number>;
}

/** The capacity that one request consumes, by table. */
export class Consumption {
  readonly #units = new Map<string, Units>();
  #kind: 'read' | 'write' | undefined;

  constructor(
    private readonly wanted: string | undefined,
    /** Transactions consume twice as much. */
    private readonly factor: 1 | 2 = 1,
  ) {}

  write(write: Write): void {
    if (!this.#isWanted) return;
    const size = Math.max(sizeOf(write.before), sizeOf(write.after));
    const units = this.#unitsOf(write.table);
    units.table += this.factor * writeUnits(size);
    for (const { index, before, after } of write.table.indexChanges(write)) {
      const moved = before && after && write.table.movesInIndex(index, before, after);
      const sizes = moved ? [sizeOf(before), sizeOf(after)] : [Math.max(sizeOf(before), sizeOf(after))];
      const added = sizes.reduce((total, each) => total + writeUnits(each), 0);
      units.indexes[index] = (units.indexes[index] ?? 0) + this.factor * added;
    }
    this.#kind = 'write';
  }

  /** A read of so many bytes in one page, or of one item. */
  read(
    table: MemoryTable,
    { bytes, consistent, index }: { bytes: number; consistent: boolean; index?: string | undefined },
  ): void {
    if (!this.#isWanted) return;
    const added = Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES)) * (consistent ? 1 : 0.5) * this.factor;
    const units = this.#unitsOf(table);
    if (index === undefined) units.table += added;
    else units.indexes[index] = (units.indexes[index] ?? 0) + added;
    this.#kind = 'read';
  }

  /** `ConsumedCapacity` of a request on one table. */
  get ofOne(): { ConsumedCapacity?: object } {
    const [capacity] = this.#all;
    return capacity === undefined ? {} : { ConsumedCapacity: capacity };
  }

  /** `ConsumedCapacity` of a request on several tables. */
  get ofAll(): { ConsumedCapacity?: object[] } {
    return this.#isWanted ? { ConsumedCapacity: this.#all } : {};
  }

  get #isWanted(): boolean {
    return this.wanted === 'TOTAL' || this.wanted === 'INDEXES';
  }

  get #all(): object[] {
    return [...this.#units].map(([TableName, { table, indexes }]) => {
      const total = Object.values(indexes).reduce((sum, units) => sum + units, table);
      const unitsOf = (CapacityUnits: number) => ({
        CapacityUnits,
        ...(this.factor === 2 && {
          [this.#kind === 'read' ? 'ReadCapacityUnits' : 'WriteCapacityUnits']: CapacityUnits,
        }),
      });
      if (this.wanted === 'TOTAL') return { TableName, ...unitsOf(total) };
      const byIndex = Object.entries(indexes).map(([name, units]) => [name, unitsOf(units)]);
      return {
        TableName,
        ...unitsOf(total),
        Table: unitsOf(table),
        ...(byIndex.length > 0 && { GlobalSecondaryIndexes: Object.fromEntries(byIndex) }),
      };
    });
  }

  #unitsOf({ name }: MemoryTable): Units {
    const units = this.#units.get(name) ?? { table: 0, indexes: {} };
    this.#units.set(name, units);
    return units;
  }
}

const sizeOf = (item: Item | undefined) => (item === undefined ? 0 : itemSize(item));
const writeUnits = (bytes: number) => Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));
