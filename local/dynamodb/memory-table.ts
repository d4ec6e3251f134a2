import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { IndexDesign, TableDesign, TableName } from '../../lambdas/shared/contract/tables';
import { toCondition, type Item } from './expressions';
import { compareValues, toStoredItem } from './values';

/** The write of one item: the item before and after. */
export interface Write {
  table: TableName;
  key: string;
  before: Item | undefined;
  after: Item;
}

/** One table with its indexes. Items are never changed in place, so readers may keep them. */
export class MemoryTable {
  readonly #partitions = new Map<string, Map<string, Item>>();
  /** For each index, the items that have its keys, by partition. */
  readonly #indexes: { name: string; design: IndexDesign; partitions: Map<string, Map<string, Item>> }[];

  constructor(
    readonly name: TableName,
    private readonly design: TableDesign,
  ) {
    this.#indexes = Object.entries(design.indexes ?? {}).map(([name, index]) => ({
      name,
      design: index,
      partitions: new Map(),
    }));
  }

  get(key: Item | undefined): Item | undefined {
    return this.#partitions.get(this.#partitionOf(key))?.get(this.#sortOf(key));
  }

  /** Prepares the write that turns an item into `after`. `apply` performs it. */
  write(before: Item | undefined, after: Item): Write {
    const key = `${this.#partitionOf(after)}/${this.#sortOf(after)}`;
    return { table: this.name, key, before, after: toStoredItem(after) };
  }

  apply({ key, before, after }: Write): void {
    const partitionKey = this.#partitionOf(after);
    const partition = this.#partitions.get(partitionKey) ?? new Map<string, Item>();
    this.#partitions.set(partitionKey, partition.set(this.#sortOf(after), after));
    for (const { design, partitions } of this.#indexes) {
      const [was, is] = [before?.[design.partitionKey.name], after[design.partitionKey.name]];
      if (was !== undefined) partitions.get(String(was))?.delete(key);
      if (is === undefined || after[design.sortKey.name] === undefined) continue;
      const indexed = partitions.get(String(is)) ?? new Map<string, Item>();
      partitions.set(String(is), indexed.set(key, after));
    }
  }

  delete(key: Item): void {
    this.#partitions.get(this.#partitionOf(key))?.delete(this.#sortOf(key));
  }

  /** Every item, in no particular order. */
  *items(): Generator<Item> {
    for (const partition of this.#partitions.values()) yield* partition.values();
  }

  /** The items that an index with the sort key `dueAt` holds up to this time. */
  due(nowMs: number): Item[] {
    const due: Item[] = [];
    for (const { design, partitions } of this.#indexes) {
      if (design.sortKey.name !== 'dueAt') continue;
      for (const partition of partitions.values())
        for (const item of partition.values()) if (Number(String(item.dueAt)) <= nowMs) due.push(item);
    }
    return due;
  }

  /** One page of at most `Limit` items, sorted by the sort key. As in DynamoDB, a full page may be the last one. */
  query(input: QueryCommandInput): { Items: Item[]; LastEvaluatedKey?: Item } {
    const { IndexName, KeyConditionExpression = '', ExclusiveStartKey, Limit } = input;
    const index = this.#indexes.find(({ name }) => name === IndexName);
    if (IndexName !== undefined && index === undefined) throw new Error(`${this.name} has no ${IndexName}.`);
    const candidates = this.#partitionFor(input, index?.partitions ?? this.#partitions);
    if (candidates === undefined || candidates.size === 0) return { Items: [] };
    const by = { names: input.ExpressionAttributeNames, values: input.ExpressionAttributeValues };
    const matches = toCondition(KeyConditionExpression);
    const passes = input.FilterExpression === undefined ? () => true : toCondition(input.FilterExpression);
    const sortKey = (index?.design ?? this.design).sortKey?.name ?? '';
    const direction = input.ScanIndexForward === false ? -1 : 1;
    const compare = (a: Item, b: Item) => direction * (compareValues(a[sortKey], b[sortKey]) ?? 0);
    const evaluated = [...candidates.values()]
      .filter((item) => matches(item, by) && (ExclusiveStartKey === undefined || compare(item, ExclusiveStartKey) > 0))
      .sort(compare)
      .slice(0, Limit);
    const isFull = Limit !== undefined && evaluated.length === Limit;
    return {
      Items: evaluated.filter((item) => passes(item, by)),
      ...(isFull && { LastEvaluatedKey: evaluated.at(-1) }),
    };
  }

  /** A query reads one partition. The first condition names its key. */
  #partitionFor(
    { KeyConditionExpression = '', ExpressionAttributeValues = {} }: QueryCommandInput,
    partitions: ReadonlyMap<string, ReadonlyMap<string, Item>>,
  ): ReadonlyMap<string, Item> | undefined {
    return partitions.get(String(ExpressionAttributeValues[placeholderOf(KeyConditionExpression)]));
  }

  #partitionOf(item: Item | undefined): string {
    return String(item?.[this.design.partitionKey.name]);
  }

  #sortOf(item: Item | undefined): string {
    return this.design.sortKey === undefined ? '' : String(item?.[this.design.sortKey.name]);
  }
}

const placeholders = new Map<string, string>();

/** The placeholder of the partition key in a key condition. */
function placeholderOf(keyCondition: string): string {
  const known = placeholders.get(keyCondition) ?? /=\s*(:\w+)/.exec(keyCondition)?.[1] ?? '';
  placeholders.set(keyCondition, known);
  return known;
}
