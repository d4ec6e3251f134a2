import { parse } from 'csv-parse';
import * as z from 'zod';
import { OperatorError, UsageError } from '../errors';

/** A row of the file: a usage event that has not been checked. */
export interface CsvRow {
  /** The line in the file on which the row ends. */
  line: number;
  cells: Readonly<Record<string, string>>;
}

/** A row that cannot be parsed, for example because of an open quote or too many cells. */
export interface BrokenRow {
  line: number;
  problem: string;
}

const REQUIRED = ['id', 'subscriptionId', 'dimension', 'quantity', 'time'];
const OPTIONAL = ['source'];
const TAG_PREFIX = 'tag:';

/** Far more than a row needs. Without a limit, an open quote would turn the rest of the file into one cell. */
export const MAX_ROW_BYTES = 100_000;

/**
 * The columns that the file's first line names.
 * @throws UsageError that names missing and unknown columns, so that a misspelt column is not silently ignored.
 */
export function columnsOf(header: readonly string[]): string[] {
  const names = header.map((name) => name.trim());
  const missing = REQUIRED.filter((name) => !names.includes(name));
  const unknown = names.filter(
    (name) => ![...REQUIRED, ...OPTIONAL].includes(name) && !(name.startsWith(TAG_PREFIX) && name !== TAG_PREFIX),
  );
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  const problems = [
    ...(missing.length > 0 ? [`it has no column ${missing.join(', ')}`] : []),
    ...(unknown.length > 0 ? [`it has an unknown column ${unknown.join(', ')}`] : []),
    ...(twice.length > 0 ? [`it repeats the column ${twice.join(', ')}`] : []),
  ];
  if (problems.length === 0) return names;
  throw new UsageError(
    `Correct the first line, which names the columns: ${problems.join('; ')}. ` +
      'The columns are id, subscriptionId, dimension, quantity, time and, if needed, source and tag:<key>.',
  );
}

const located = z.object({ message: z.string(), lines: z.int(), code: z.string() });
/** What the parser gives with `info`. */
export const recordSchema = z.object({ record: z.record(z.string(), z.string()), info: z.object({ lines: z.int() }) });

/**
 * Streams the rows of a file of any size. Broken rows are reported and skipped.
 * @throws UsageError for wrong columns, OperatorError when the file cannot be read to its end.
 */
export async function* readRows(
  input: NodeJS.ReadableStream,
  onBroken: (row: BrokenRow) => void,
): AsyncGenerator<CsvRow> {
  let unreadFrom: number | undefined;
  const parser = parse({
    columns: columnsOf,
    bom: true,
    info: true,
    trim: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: MAX_ROW_BYTES,
    on_skip: (error) => {
      const { message, lines, code } = located.parse(error);
      // The parser skips the rest of the file together with this row.
      if (code === 'CSV_MAX_RECORD_SIZE') unreadFrom = lines;
      onBroken({ line: lines, problem: message });
      return undefined;
    },
  });
  input.on('error', (error) => parser.destroy(error));
  for await (const row of input.pipe(parser)) {
    const { record, info } = recordSchema.parse(row);
    yield { line: info.lines, cells: record };
  }
  if (unreadFrom !== undefined) {
    throw new OperatorError(
      `The file cannot be read beyond line ${unreadFrom}: an earlier quote (") is never closed. The rows before that ` +
        'quote were read. Close it and import the file again.',
    );
  }
}

/** The row as `POST /usage` accepts it: a plain event or, with a source, a CloudEvent. Quantities stay text. */
export function toReportedEvent({ id, source, subscriptionId, dimension, quantity, time, ...rest }: CsvRow['cells']) {
  const tags = Object.fromEntries(
    Object.entries(rest).flatMap(([name, value]) => (value === '' ? [] : [[name.slice(TAG_PREFIX.length), value]])),
  );
  const usage = { subscriptionId, dimension, quantity, tags };
  if (source === undefined) return { id, time, ...usage };
  return { specversion: '1.0', type: 'usage', id, source, time, data: usage };
}
