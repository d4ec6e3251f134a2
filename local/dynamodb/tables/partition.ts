import type { KeyAttribute } from './table-layout';
import type { Item } from '../values/item';
import { compareValues } from '../values/values';

/** The attributes by which the items of a partition are sorted, the first one first. */
export interface Order {
  readonly attributes: readonly KeyAttribute[];
}

export function compareItems(a: Item, b: Item, { attributes }: Order): number {
  for (const { name } of attributes) {
    const order = compareValues(a[name], b[name]) ?? 0;
    if (order !== 0) return order;
  }
  return 0;
}

/** The items with one partition key. */
export class Partition {
  readonly #items = new Map<string, Item>();
  #sorted: readonly Item[] | undefined;

  get size(): number {
    return this.#items.size;
  }

  get(key: string): Item | undefined {
    return this.#items.get(key);
  }

  set(key: string, item: Item): void {
    this.#items.set(key, item);
    this.#sorted = undefined;
  }

  delete(key: string): void {
    this.#items.delete(key);
    this.#sorted = undefined;
  }

  items(): IterableIterator<Item> {
    return this.#items.values();
  }

  /** The items in order. Sorting happens once after a change. */
  sorted(order: Order): readonly Item[] {
    this.#sorted ??= [...this.#items.values()].sort((a, b) => compareItems(a, b, order));
    return this.#sorted;
  }
}
