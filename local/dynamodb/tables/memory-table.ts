import { Partition, type Order } from './partition';
import {
  keyAttributes,
  keyOf,
  type IndexLayout,
  type KeyAttribute,
  type KeyLayout,
  type TableLayout,
} from './table-layout';
import type { Item } from '../values/item';
import { isSameValue } from '../values/values';

/** The write of one item: the item before and after. */
export interface Write {
  table: MemoryTable;
  /** The key as text. */
  key: string;
  before: Item | undefined;
  /** Undefined: the item is deleted. */
  after: Item | undefined;
}

/** What a query or scan reads: the table or one of its indexes. */
export interface Source {
  layout: KeyLayout;
  partitions: ReadonlyMap<string, Partition>;
  /** The order of items in a partition. */
  order: Order;
  /** Whether it holds an attribute. */
  has(attribute: string): boolean;
}

/** One index with its entries by partition. An entry holds only what the index projects. */
interface Index extends Source {
  name: string;
  layout: IndexLayout;
  partitions: Map<string, Partition>;
  entryOf(item: Item | undefined): Item | undefined;
}

/** How a write changes an index: the entry before and after, each if there is one. */
export interface IndexChange {
  index: string;
  before: Item | undefined;
  after: Item | undefined;
}

/** One table with its indexes. */
export class MemoryTable {
  readonly #partitions = new Map<string, Partition>();
  readonly #indexes: readonly Index[];
  readonly #order: Order;
  /** The attribute (epoch seconds) after which items expire. */
  timeToLive: string | undefined;

  constructor(
    readonly name: string,
    readonly layout: TableLayout,
  ) {
    this.#order = { attributes: layout.sortKey ? [layout.sortKey] : [] };
    this.#indexes = Object.entries(layout.indexes ?? {}).map(([index, design]) => this.#index(index, design));
  }

  get(key: Item | undefined): Item | undefined {
    return this.#partitions.get(textOf(key, this.layout.partitionKey))?.get(textOf(key, this.layout.sortKey));
  }

  /** The write that deletes a stored item. `apply` performs it. */
  deletionOf(item: Item): Write {
    return { table: this, key: this.keyText(item), before: item, after: undefined };
  }

  keyText(key: Item): string {
    return `${textOf(key, this.layout.partitionKey)}/${textOf(key, this.layout.sortKey)}`;
  }

  apply({ key, before, after }: Write): void {
    const item = after ?? before;
    if (item === undefined) return;
    const { partitionKey, sortKey } = this.layout;
    replace(this.#partitions, textOf(item, partitionKey), { key: textOf(item, sortKey), item: after });
    for (const { entryOf, layout, partitions } of this.#indexes) {
      const [was, is] = [entryOf(before), entryOf(after)];
      const movedFrom = was && textOf(was, layout.partitionKey);
      if (movedFrom !== undefined && (is === undefined || movedFrom !== textOf(is, layout.partitionKey))) {
        replace(partitions, movedFrom, { key, item: undefined });
      }
      if (is !== undefined) replace(partitions, textOf(is, layout.partitionKey), { key, item: is });
    }
  }

  /** The indexes whose entries a write changes. */
  indexChanges({ before, after }: Write): IndexChange[] {
    return this.#indexes.flatMap(({ name, entryOf }) => {
      const change = { index: name, before: entryOf(before), after: entryOf(after) };
      return change.before === change.after || isSameValue(change.before, change.after) ? [] : [change];
    });
  }

  /** Whether an index entry is replaced by one with another key. */
  movesInIndex(index: string, before: Item, after: Item): boolean {
    const layout = this.#indexes.find(({ name }) => name === index)?.layout;
    return layout !== undefined && !isSameValue(keyOf(before, layout), keyOf(after, layout));
  }

  /** Every item, in no particular order. */
  *items(): Generator<Item> {
    for (const partition of this.#partitions.values()) yield* partition.items();
  }

  /** @returns undefined for an index that the table does not have */
  source(indexName: string | undefined): Source | undefined {
    if (indexName === undefined) {
      return { layout: this.layout, partitions: this.#partitions, order: this.#order, has: () => true };
    }
    return this.#indexes.find(({ name }) => name === indexName);
  }

  #index(name: string, layout: IndexLayout): Index {
    const keys = keyAttributes(layout);
    const tableKeys = keyAttributes(this.layout);
    const projected = [...keys, ...tableKeys].map((key) => key.name).concat(layout.nonKeyAttributes ?? []);
    return {
      name,
      layout,
      order: { attributes: [...(layout.sortKey ? [layout.sortKey] : []), ...tableKeys] },
      partitions: new Map(),
      has: (attribute) => layout.projection === 'ALL' || projected.includes(attribute),
      entryOf: (item) => {
        if (item === undefined || keys.some((key) => item[key.name] === undefined)) return undefined;
        if (layout.projection === 'ALL') return item;
        const entry: Record<string, unknown> = {};
        for (const each of projected) if (item[each] !== undefined) entry[each] = item[each];
        return entry;
      },
    };
  }
}

function replace(
  partitions: Map<string, Partition>,
  partitionKey: string,
  { key, item }: { key: string; item: Item | undefined },
): void {
  const partition = partitions.get(partitionKey) ?? new Partition();
  if (item === undefined) partition.delete(key);
  else partition.set(key, item);
  if (partition.size === 0) partitions.delete(partitionKey);
  else partitions.set(partitionKey, partition);
}

/** A key attribute as text. Keys of one attribute have one type, so texts of different values differ. */
export function textOf(item: Item | undefined, attribute: KeyAttribute | undefined): string {
  if (attribute === undefined) return '';
  const value = item?.[attribute.name];
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : String(value);
}
