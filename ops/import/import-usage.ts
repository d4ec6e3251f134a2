import { recordUsage, type RecordUsageDeps, type UsageAnswer } from '../../lambdas/record-usage/record-usage';
import { MAX_EVENTS_PER_REQUEST } from '../../lambdas/record-usage/parse-usage-events';
import { decimalText, parseDecimal, ZERO, type Decimal } from '../../lambdas/shared/domain/decimal';
import { toReportedEvent, type BrokenRow, type CsvRow } from './csv-rows';

/** A row that was refused, with its line in the file. */
export interface RefusedRow {
  line: number;
  id: string;
  reason: string;
  message: string;
}

export interface ImportSummary {
  rows: number;
  accepted: number;
  duplicate: number;
  /** The duplicates whose stored event has other content: these rows are not billed. Their sender may reuse ids. */
  contentDiffers: number;
  /** Not stored because the write to the table failed. Try again later. */
  retry: number;
  rejected: number;
  /** The sums of the accepted rows. */
  totals: { subscriptionId: string; dimension: string; events: number; quantity: string }[];
  refused: RefusedRow[];
}

/** The size of one request to `record-usage`, far below its limit. */
const MAX_CHUNK_BYTES = 500_000;

/** Passes rows to `record-usage` in requests like those of an application. */
export class UsageImport {
  readonly #deps: RecordUsageDeps;
  readonly #totals = new Map<
    string,
    { subscriptionId: string; dimension: string; events: number; quantity: Decimal }
  >();
  readonly #refused: RefusedRow[] = [];
  readonly #counts = { accepted: 0, duplicate: 0, retry: 0, rejected: 0 };
  #contentDiffers = 0;

  constructor(deps: RecordUsageDeps) {
    this.#deps = deps;
  }

  broken({ line, problem }: BrokenRow): void {
    this.#counts.rejected += 1;
    this.#refused.push({ line, id: '', reason: 'malformed', message: problem });
  }

  /** @param onRows - called with the number of rows that were just handled */
  async take(rows: AsyncIterable<CsvRow>, onRows: (count: number) => void): Promise<void> {
    let chunk: CsvRow[] = [];
    let bytes = 0;
    const flush = async () => {
      await this.#record(chunk);
      onRows(chunk.length);
      chunk = [];
      bytes = 0;
    };
    for await (const row of rows) {
      chunk.push(row);
      bytes += Buffer.byteLength(JSON.stringify(toReportedEvent(row.cells)));
      if (chunk.length === MAX_EVENTS_PER_REQUEST || bytes > MAX_CHUNK_BYTES) await flush();
    }
    if (chunk.length > 0) await flush();
  }

  summary(): ImportSummary {
    return {
      rows: Object.values(this.#counts).reduce((total, count) => total + count),
      ...this.#counts,
      contentDiffers: this.#contentDiffers,
      totals: [...this.#totals.values()].map((total) => ({ ...total, quantity: decimalText(total.quantity) })),
      refused: this.#refused.toSorted((a, b) => a.line - b.line),
    };
  }

  async #record(chunk: readonly CsvRow[]): Promise<void> {
    // Either every row has the column `source` or none has.
    const hasSource = chunk[0]?.cells.source !== undefined;
    const contentType = hasSource ? 'application/cloudevents-batch+json' : 'application/json';
    const body = JSON.stringify(chunk.map(({ cells }) => toReportedEvent(cells)));
    const answers = await recordUsage({ contentType, body }, this.#deps);
    for (const [index, answer] of answers.entries()) {
      const row = chunk[index];
      if (row !== undefined) this.#note(row, answer);
    }
  }

  #note({ line, cells }: CsvRow, answer: UsageAnswer): void {
    this.#counts[answer.status] += 1;
    if ('contentDiffers' in answer) this.#contentDiffers += 1;
    const { id = '', subscriptionId = '', dimension = '', quantity = '' } = cells;
    if (answer.status === 'rejected') {
      this.#refused.push({ line, id, reason: answer.reason, message: answer.message });
    } else if (answer.status === 'accepted') {
      const name = JSON.stringify([subscriptionId, dimension]);
      const total = this.#totals.get(name) ?? { subscriptionId, dimension, events: 0, quantity: ZERO };
      const sum = total.quantity.plus(parseDecimal(quantity) ?? ZERO);
      this.#totals.set(name, { ...total, events: total.events + 1, quantity: sum });
    }
  }
}
