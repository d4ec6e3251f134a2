import { itemSize } from '../values/item-size';
import type { MemoryTable, Write } from './memory-table';
import { keyOf, type TableLayout } from './table-layout';
import type { Item } from '../values/item';
import { isSameValue } from '../values/values';

export type StreamView = NonNullable<TableLayout['stream']>;

/** A record of a table's stream. Images are stored items. */
export interface StreamRecord {
  sequenceNumber: string;
  eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  atMs: number;
  keys: Item;
  newImage: Item | undefined;
  oldImage: Item | undefined;
  sizeBytes: number;
  /** Time to live deleted the item. */
  isExpiry: boolean;
}

/** The stream of one table: one shard, which keeps every record for as long as the table exists. */
export class TableStream {
  readonly arn: string;
  readonly label: string;
  readonly shardId: string;
  readonly view: StreamView;
  readonly createdAtMs: number;
  readonly records: StreamRecord[] = [];

  constructor(
    readonly table: MemoryTable,
    { view, tableArn, createdAtMs }: { view: StreamView; tableArn: string; createdAtMs: number },
  ) {
    this.view = view;
    this.createdAtMs = createdAtMs;
    this.label = new Date(createdAtMs).toISOString().slice(0, -1);
    this.arn = `${tableArn}/stream/${this.label}`;
    this.shardId = `shardId-${String(createdAtMs).padStart(20, '0')}-00000001`;
  }

  /** A write that changes nothing leaves no record. */
  append({ before, after }: Write, { atMs, by }: { atMs: number; by: 'request' | 'expiry' }): void {
    const item = after ?? before;
    if (item === undefined || isSameValue(before, after)) return;
    const keys = keyOf(item, this.table.layout);
    const newImage = this.view.startsWith('NEW') ? after : undefined;
    const oldImage = this.view.includes('OLD') ? before : undefined;
    this.records.push({
      sequenceNumber: sequenceNumberOf(this.records.length),
      eventName: after === undefined ? 'REMOVE' : before === undefined ? 'INSERT' : 'MODIFY',
      atMs,
      keys,
      newImage,
      oldImage,
      sizeBytes: [keys, newImage, oldImage].reduce((sum, image) => sum + (image ? itemSize(image) : 0), 0),
      isExpiry: by === 'expiry',
    });
  }
}

/** 21 digits, so that texts sort as numbers. */
export function sequenceNumberOf(index: number): string {
  return String(index + 1).padStart(21, '0');
}
