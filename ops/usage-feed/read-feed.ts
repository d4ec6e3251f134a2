import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { CsvError, parse } from 'csv-parse';
import type { Month } from '../arguments';
import { OperatorError, UsageError } from '../errors';
import { MAX_ROW_BYTES, recordSchema } from '../import/csv-rows';
import { isOfFeed, notOfFeed } from './columns';
import { CurrentRows, type BilledRow } from './current-rows';
import { cannotRead, feedFilesAt, type FeedFile } from './feed-files';
import { toFeedRow, type FeedRow } from './feed-row';

/** What AWS billed in a month, and how new that is. */
export interface UsageFeed {
  source: string;
  /** AWS's figures are those of this time; undefined when no row says how new they are. */
  asOfMs: number | undefined;
  rows: BilledRow[];
}

/**
 * Reads the feed's files of a month.
 * @param path - a file, a folder or `s3://bucket/prefix` with files of this and other feeds, as their bucket has them
 * @throws UsageError when nothing of the feed is there, a column or the month is missing, or a row is wrong.
 */
export async function readFeedFiles(
  path: string,
  { s3, ...of }: { month: Month; nowMs: number; s3: S3Client },
): Promise<UsageFeed> {
  return readFeed(`the Daily Usage data feed in ${path}`, await feedFilesAt(path, s3), of);
}

/** Reads a feed that something other than a file holds. */
export async function readFeedText(
  source: string,
  text: string,
  { month, nowMs }: { month: Month; nowMs: number },
): Promise<UsageFeed> {
  return readFeed(source, [{ file: source, isFound: false, open: async () => Readable.from([text]) }], {
    month,
    nowMs,
  });
}

async function readFeed(
  source: string,
  files: readonly FeedFile[],
  { month, nowMs }: { month: Month; nowMs: number },
): Promise<UsageFeed> {
  const current = new CurrentRows();
  let [filesOfFeed, asOfMs]: [number, number | undefined] = [0, undefined];
  for (const each of files) {
    const add = (row: FeedRow) => {
      current.add(row);
      // A time in the future says nothing about how new the feed is.
      if (row.updatedMs <= nowMs) asOfMs = Math.max(asOfMs ?? 0, row.updatedMs);
    };
    if (await readFile(each, add)) filesOfFeed += 1;
  }
  if (filesOfFeed === 0)
    throw new UsageError(
      `There is no file (.csv) of the Daily Usage data feed in ${source}. Copy the feed's files there, or name others.`,
    );
  const all = current.rows();
  const rows = all.filter(({ day }) => day.startsWith(month.name));
  if (all.length > 0 && rows.length === 0) throw noneOf(month, all);
  return { source, asOfMs, rows };
}

function noneOf(month: Month, rows: readonly BilledRow[]): UsageError {
  const days = rows.map(({ day }) => day).sort();
  return new UsageError(
    `The files have no usage of ${month.name}: their days are ${days[0]} to ${days.at(-1)}. Name the files of that month, ` +
      'and of the month after it, which brings its last days.',
  );
}

/** @returns whether it is a file of the feed */
async function readFile({ file, open, isFound }: FeedFile, add: (row: FeedRow) => void): Promise<boolean> {
  let names: string[] | undefined;
  let isIt = false;
  const parser = parse({
    columns: (header: readonly string[]) => {
      names = header.map((name) => name.trim());
      isIt = isOfFeed(names, file);
      return names;
    },
    bom: true,
    info: true,
    trim: true,
    skip_empty_lines: true,
    max_record_size: MAX_ROW_BYTES,
  });
  try {
    const text = await open();
    text.on('error', (error) => parser.destroy(error));
    for await (const each of text.pipe(parser)) {
      if (!isIt) break;
      const { record, info } = recordSchema.parse(each);
      const row = toFeedRow(record);
      if (typeof row === 'string') throw wrongRow({ file, line: info.lines, problem: row });
      add(row);
    }
  } catch (error) {
    if (error instanceof CsvError)
      throw wrongRow({ file, line: Number(error.lines), problem: error.message }, { cause: error });
    if (error instanceof OperatorError) throw error;
    throw cannotRead(file, error);
  }
  if (!isIt && (!isFound || names === undefined)) throw notOfFeed(names, file);
  return isIt;
}

function wrongRow(
  { file, line, problem }: { file: string; line: number; problem: string },
  options?: ErrorOptions,
): UsageError {
  return new UsageError(
    `${file}, line ${line}: ${problem}. Copy the file again; figures with a row missing would be wrong.`,
    options,
  );
}
