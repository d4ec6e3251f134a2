import {
  closeSync,
  copyFileSync,
  existsSync,
  fdatasync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { UsageNotTakenError } from './errors';
import { JournalLock } from './journal-lock';
import { journalLine, readJournal } from './journal-lines';
import type { ReportedUsage } from './usage-event';

/** A smaller file is not worth the work. */
const SMALLEST_TO_COMPACT = 2 ** 20;

/** Only its owner reads it: ids and tags are the application's. */
const MODE = 0o600;

/**
 * A file of the events that have no answer yet. Events are written before `report` returns, so they outlast the process; the
 * disk is told to keep them in groups, so they outlast the machine a moment later. Answers are only appended, too. A file in
 * which most events are answered is replaced by a new one.
 */
export class Journal {
  /** The events without an answer, by number, oldest first. */
  readonly kept: Map<number, ReportedUsage>;
  readonly #path: string;
  readonly #lock: JournalLock;
  readonly #onProblem: (problem: Error) => void;
  #file: number;
  #size = 0;
  #compactAt = 0;
  #running: Promise<void> | undefined;
  #queued: Promise<void> | undefined;

  private constructor(parts: {
    path: string;
    kept: Map<number, ReportedUsage>;
    lock: JournalLock;
    onProblem: (problem: Error) => void;
  }) {
    const { path, kept, lock, onProblem } = parts;
    this.#path = path;
    this.kept = kept;
    this.#lock = lock;
    this.#onProblem = onProblem;
    this.#file = this.#writeAnew();
  }

  /**
   * Opens a journal, or begins one. Damaged lines are told; the file that had them is kept aside.
   * @throws Error when another reporter uses it, or it cannot be read or written
   */
  static async open(path: string, onProblem: (problem: Error) => void): Promise<Journal> {
    const lock = await JournalLock.take(path);
    try {
      const { kept, damaged } = readJournal(textOf(path));
      if (damaged.length > 0) {
        const aside = `${path}.damaged-${new Date().toISOString().replaceAll(':', '-')}`;
        copyFileSync(path, aside);
        const lines = damaged.slice(0, 10).join(', ');
        const which = `${damaged.length} damaged line(s), first ${lines}`;
        onProblem(new Error(`The journal ${path} has ${which}. It is kept as ${aside}; all other events are sent.`));
      }
      return new Journal({ path, kept, lock, onProblem });
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** @throws UsageNotTakenError `journal` when it cannot be written; then nothing of the event is in it */
  append(number: number, event: ReportedUsage): void {
    try {
      this.#write(journalLine({ number, event }));
    } catch (cause) {
      throw new UsageNotTakenError('journal', `The journal ${this.#path} cannot be written.`, { cause });
    }
    this.kept.set(number, event);
    void this.#sync();
  }

  /** Takes events out that have their answers. Should this not be kept, they are sent again, which does no harm. */
  forget(numbers: readonly number[]): void {
    if (numbers.length === 0) return;
    for (const number of numbers) this.kept.delete(number);
    try {
      this.#write(journalLine({ answered: numbers }));
      if (this.#running === undefined) this.#compact();
    } catch (cause) {
      this.#onProblem(new Error(`The journal ${this.#path} cannot be written.`, { cause }));
    }
  }

  /** Waits until the disk has everything that was written. @throws Error when it refuses */
  async sync(): Promise<void> {
    await this.#sync();
  }

  async close(): Promise<void> {
    // A failure was told.
    await this.#sync().catch(() => undefined);
    closeSync(this.#file);
    await this.#lock.release();
  }

  /** Whatever is written while the disk works goes with its next turn. */
  #sync(): Promise<void> {
    if (this.#queued !== undefined) return this.#queued;
    const before = this.#running ?? Promise.resolve();
    const sync = before
      .catch(() => undefined)
      .then(async () => {
        this.#queued = undefined;
        this.#running = sync;
        this.#compact();
        await promisify(fdatasync)(this.#file);
      });
    this.#queued = sync;
    const end = () => {
      if (this.#running === sync) this.#running = undefined;
    };
    sync.then(end, (cause: unknown) => {
      end();
      this.#onProblem(new Error(`The disk does not keep the journal ${this.#path}.`, { cause }));
    });
    return sync;
  }

  /** Appends whole lines or nothing. */
  #write(text: string): void {
    const bytes = Buffer.from(text);
    try {
      for (let written = 0; written < bytes.length;) written += writeSync(this.#file, bytes, written);
    } catch (error) {
      ftruncateSync(this.#file, this.#size);
      throw error;
    }
    this.#size += bytes.length;
  }

  /** Only between two syncs, because it closes the file. */
  #compact(): void {
    if (this.#size < this.#compactAt) return;
    try {
      const before = this.#file;
      this.#file = this.#writeAnew();
      closeSync(before);
    } catch (cause) {
      this.#compactAt = this.#size * 2;
      this.#onProblem(new Error(`The journal ${this.#path} grows: it cannot be written anew.`, { cause }));
    }
  }

  /** Replaces the file in one step by one with the kept events. @returns the open file */
  #writeAnew(): number {
    const next = `${this.#path}.next`;
    rmSync(next, { force: true });
    const file = openSync(next, 'a', MODE);
    try {
      const bytes = Buffer.from([...this.kept].map(([number, event]) => journalLine({ number, event })).join(''));
      for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
      fsyncSync(file);
      renameSync(next, this.#path);
      syncFolder(dirname(resolve(this.#path)));
      this.#size = bytes.length;
      this.#compactAt = Math.max(SMALLEST_TO_COMPACT, 4 * bytes.length);
      return file;
    } catch (error) {
      closeSync(file);
      throw error;
    }
  }
}

/** Only then does the disk know the file under its new name. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** @returns nothing for a file that is not there yet */
function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
