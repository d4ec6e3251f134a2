import { textOf, type Source } from './memory-table';
import { compareItems, type Partition } from './partition';
import type { Item } from '../values/item';

interface Scan {
  Segment: number;
  TotalSegments: number;
  start: Item | undefined;
}

/** The items of one segment after the start, by the hash of their partition, which is an order that writes do not change. */
export function* scanOrder(source: Source, { Segment, TotalSegments, start }: Scan): Generator<Item> {
  const { layout, order } = source;
  const from = start === undefined ? undefined : place(textOf(start, layout.partitionKey));
  const places = [...source.partitions]
    .map(([key, partition]) => ({ ...place(key), partition }))
    .filter(({ hash }) => hash % TotalSegments === Segment)
    .sort(comparePlaces);
  for (const each of places) {
    const isBefore = from !== undefined && comparePlaces(each, from) < 0;
    if (isBefore) continue;
    const isStart = from !== undefined && comparePlaces(each, from) === 0;
    yield* isStart ? after(each.partition, { start, order }) : each.partition.sorted(order);
  }
}

function after(
  partition: Partition,
  { start = {}, order }: { start: Item | undefined; order: Source['order'] },
): Item[] {
  return partition.sorted(order).filter((item) => compareItems(item, start, order) > 0);
}

interface Place {
  hash: number;
  key: string;
}

function place(key: string): Place {
  let hash = 2_166_136_261;
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), 16_777_619);
  return { hash: hash >>> 0, key };
}

function comparePlaces(a: Place, b: Place): number {
  return a.hash - b.hash || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}
