import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import * as z from 'zod';
import { savedState, type SavedState } from './state-schema';

const FORMAT = 'aws-marketplace-simulator state';
/** Raised when a release can no longer read the files of earlier ones. */
const VERSION = 1;

const marked = z.object({ format: z.literal(FORMAT), version: z.number(), state: z.unknown() });

/** How soon a change is written, in real time. */
const PAUSE_MS = 100;
/** Writing takes at most a tenth of the time, however large the state is. */
const PAUSE_PER_WRITE = 10;

interface StateFileOptions {
  path: string;
  /** The state as it is now. */
  take(): SavedState;
  /** Learns that the file could not be written. */
  onFailure(message: string): void;
}

/** Keeps the state in a file, which is whole at any moment: a new one takes the place of the old one. */
export class StateFile {
  #written = '';
  #mark: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #pauseMs = PAUSE_MS;

  /** Writes the file for the first time. @throws Error when it cannot be written. */
  constructor(private readonly options: StateFileOptions) {
    this.#mark = markOf(options.path);
    this.#write();
  }

  /** Has the state written soon, if it differs from what is in the file. */
  changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      try {
        this.#write();
      } catch (error) {
        this.options.onFailure(error instanceof Error ? error.message : String(error));
      }
    }, this.#pauseMs).unref();
  }

  /** Writes the state for the last time. @throws Error when it cannot be written. */
  close(): void {
    clearTimeout(this.#timer);
    this.#write();
  }

  #write(): void {
    const { path, take } = this.options;
    const began = performance.now();
    const text = JSON.stringify({ format: FORMAT, version: VERSION, state: take() });
    if (text === this.#written) return;
    const mark = markOf(path);
    if (mark !== undefined && mark !== this.#mark) {
      throw new Error(
        `${path} was written by another program, so it is left as it is. Give each simulator a state file of its own.`,
      );
    }
    const next = `${path}.tmp`;
    try {
      writeFileSync(next, text, { flush: true, mode: 0o600 });
      this.#mark = markOf(next);
      renameSync(next, path);
    } catch (cause) {
      rmSync(next, { force: true });
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(
        `The state cannot be written to ${path}: ${reason}. Check the folder, its permissions and space.`,
        {
          cause,
        },
      );
    }
    this.#written = text;
    this.#pauseMs = Math.max(PAUSE_MS, PAUSE_PER_WRITE * (performance.now() - began));
  }
}

/** Tells whether a file is still the one that was written. */
function markOf(path: string): string | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats && `${stats.ino} ${stats.mtimeNs} ${stats.size}`;
}

/**
 * What an earlier simulator wrote.
 *
 * @returns undefined when there is no file yet
 * @throws Error with what to do about a file that is not a whole state file; it is left as it is
 */
export function readState(path: string): SavedState | undefined {
  if (!existsSync(path)) return undefined;
  const keep = leftAsItIs(path);
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new Error(`${path} cannot be read as a state file of the simulator. ${keep}`, { cause });
  }
  const file = marked.safeParse(document);
  if (!file.success) throw new Error(`${path} is not a state file of the simulator. ${keep}`);
  if (file.data.version !== VERSION) {
    const other = `version ${file.data.version} of the format, and this release reads version ${VERSION}`;
    throw new Error(`${path} has ${other}. Continue it with the release that wrote it. ${keep}`);
  }
  const state = savedState.safeParse(file.data.state);
  if (state.success) return state.data;
  const place = state.error.issues[0]?.path.map(String).join('.') ?? '';
  throw new Error(`${path} is damaged at ${place || 'its beginning'}. ${keep}`);
}

/** @throws Error when the parts of what was read do not fit together, which `restore` finds. */
export function restored<Result>(path: string, restore: () => Result): Result {
  try {
    return restore();
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${path} is damaged: ${problem} ${leftAsItIs(path)}`, { cause });
  }
}

const leftAsItIs = (path: string) =>
  `It is left as it is. Name another state file, or move ${basename(path)} away to begin anew.`;
