import { S3Client } from '@aws-sdk/client-s3';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { monthArgument } from '../../../ops/arguments';
import { readFeedFiles, type UsageFeed } from '../../../ops/usage-feed/read-feed';

export const HEADER =
  'valid_from,insert_date,update_date,delete_date,usage_feed_id,usage_date,product_id,agreement_id,region,' +
  'dimension_key,usage_quantity';

const CELLS = {
  valid_from: '2026-07-14T00:00:00Z',
  insert_date: '2026-07-15T00:00:00Z',
  update_date: '2026-07-15T00:00:00Z',
  delete_date: '',
  usage_feed_id: 'row-1',
  usage_date: '2026-07-14',
  product_id: 'prod-1',
  agreement_id: 'agmt-1',
  region: 'us-east-1',
  dimension_key: 'events',
  usage_quantity: '12.50',
};

/** A line of the feed; the test overrides what matters. */
export function aLine(cells: Partial<Record<keyof typeof CELLS, string>> = {}): string {
  return Object.values({ ...CELLS, ...cells }).join(',');
}

/** Reads July of files or objects, in August. */
export function readAt(
  path: string,
  month = '2026-07',
  s3 = new S3Client({ region: 'us-east-1' }),
): Promise<UsageFeed> {
  return readFeedFiles(path, { month: monthArgument(month), nowMs: Date.parse('2026-08-20T00:00:00Z'), s3 });
}

/** A folder for a feed's files. */
export class FeedFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'feed-'));

  write(name: string, text: string): string {
    const file = join(this.path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  /** Reads July of the folder, or of a file in it, in August. */
  read(name = '', month = '2026-07'): Promise<UsageFeed> {
    return readAt(join(this.path, name), month);
  }

  leave(): void {
    rmSync(this.path, { recursive: true });
  }
}
