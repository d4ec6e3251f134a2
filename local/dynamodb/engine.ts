import { invalid, noSuchTable, tableExists } from './errors';
import { MemoryTable, type Write } from './tables/memory-table';
import { TableStream } from './tables/table-stream';
import type { TableLayout } from './tables/table-layout';
import type { Item } from './values/item';

export interface EngineOptions {
  /** Epoch milliseconds. Expiry, stream records and tokens go by it. Default: the machine's clock. */
  now?: () => number;
  region?: string;
  accountId?: string;
}

/** How long DynamoDB remembers the token of a transaction. */
const TOKEN_MS = 10 * 60_000;
const EXPIRY_SWEEP_MS = 60 * 60_000;

/**
 * DynamoDB in memory: tables, their indexes and streams. Each write takes effect at once and whole, so transactions
 * never conflict. `operations.ts` holds what can be asked of it.
 */
export class Engine {
  readonly tables = new Map<string, MemoryTable>();
  readonly streams = new Map<string, TableStream>();
  readonly now: () => number;
  /** Called after every write of an item. */
  onWrite: (write: Write) => void = () => undefined;
  readonly #tokens = new Map<string, { request: string; untilMs: number }>();
  readonly #created = new Map<string, number>();
  readonly #arnPrefix: string;
  #sweptAtMs = -Infinity;

  constructor({ now = Date.now, region = 'us-east-1', accountId = '000000000000' }: EngineOptions = {}) {
    this.now = now;
    this.#arnPrefix = `arn:aws:dynamodb:${region}:${accountId}:table/`;
  }

  /** @throws ResourceNotFoundException */
  table(name: string | undefined): MemoryTable {
    if (name === undefined || name.length < 3) {
      throw invalid(
        'TableName must be at least 3 characters long and at most 255 characters long, or at least 12 characters long and at most 1024 characters long if it is an ARN',
      );
    }
    const table = this.tables.get(name.startsWith(this.#arnPrefix) ? name.slice(this.#arnPrefix.length) : name);
    if (table === undefined) throw noSuchTable();
    return table;
  }

  /** @throws ResourceInUseException */
  createTable(name: string, layout: TableLayout): MemoryTable {
    if (this.tables.has(name)) throw tableExists();
    const table = new MemoryTable(name, layout);
    this.tables.set(name, table);
    this.#created.set(name, this.now());
    if (layout.stream) {
      const stream = new TableStream(table, {
        view: layout.stream,
        tableArn: this.arnOf(name),
        createdAtMs: this.now(),
      });
      this.streams.set(name, stream);
    }
    return table;
  }

  deleteTable(table: MemoryTable): void {
    this.tables.delete(table.name);
    this.streams.delete(table.name);
  }

  arnOf(table: string): string {
    return `${this.#arnPrefix}${table}`;
  }

  createdAtMs(table: string): number {
    return this.#created.get(table) ?? 0;
  }

  commit(writes: readonly Write[], by: 'request' | 'expiry' = 'request'): void {
    for (const write of writes) write.table.apply(write);
    for (const write of writes) {
      this.streams.get(write.table.name)?.append(write, { atMs: this.now(), by });
      this.onWrite(write);
    }
  }

  /**
   * Recognizes a transaction that the client sends again.
   *
   * @returns `other` when the token stands for a different request
   */
  recall(token: string | undefined, request: () => string): 'new' | 'same' | 'other' {
    if (token === undefined) return 'new';
    const known = this.#tokens.get(token);
    if (known === undefined || known.untilMs < this.now()) return 'new';
    return known.request === request() ? 'same' : 'other';
  }

  remember(token: string | undefined, request: () => string): void {
    if (token === undefined) return;
    const nowMs = this.now();
    for (const [known, { untilMs }] of this.#tokens) {
      if (untilMs >= nowMs) break;
      this.#tokens.delete(known);
    }
    this.#tokens.set(token, { request: request(), untilMs: nowMs + TOKEN_MS });
  }

  /** Deletes what has expired, at most once an hour of `now`. AWS deletes within a few days. */
  sweepExpired(): void {
    const nowMs = this.now();
    if (nowMs < this.#sweptAtMs + EXPIRY_SWEEP_MS && nowMs >= this.#sweptAtMs) return;
    this.#sweptAtMs = nowMs;
    for (const table of this.tables.values()) {
      const { timeToLive } = table;
      if (timeToLive === undefined) continue;
      const expired = [...table.items()].filter((item) => isExpired(item[timeToLive], nowMs / 1000));
      this.commit(
        expired.map((item) => table.deletionOf(item)),
        'expiry',
      );
    }
  }
}

/** DynamoDB ignores a time that is no number, and one more than five years ago. */
const FIVE_YEARS_SECONDS = 5 * 365 * 24 * 3600;

function isExpired(attribute: Item[string], nowSeconds: number): boolean {
  const seconds = Number(String(attribute));
  return typeof attribute === 'object' && seconds < nowSeconds && seconds > nowSeconds - FIVE_YEARS_SECONDS;
}
