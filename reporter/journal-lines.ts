import { createHash } from 'node:crypto';
import type { ReportedUsage } from './usage-event';

/** A line of the journal: an event with its number, or the numbers of events that have their answers. */
export type JournalEntry = { number: number; event: ReportedUsage } | { answered: readonly number[] };

export interface ReadJournal {
  /** The events without an answer, by number, oldest first. */
  kept: Map<number, ReportedUsage>;
  /** Lines that are not what was written, counted from 1. */
  damaged: number[];
}

const CHECK_LENGTH = 8;

/** A checksum, a space, JSON: a changed digit must not become another quantity. */
export function journalLine(entry: JournalEntry): string {
  const json = JSON.stringify(entry);
  return `${checkOf(json)} ${json}\n`;
}

/** Reads a journal. What stands after the last line break is ignored: the report that wrote it never returned. */
export function readJournal(text: string): ReadJournal {
  const kept = new Map<number, ReportedUsage>();
  const damaged: number[] = [];
  for (const [index, line] of text.split('\n').slice(0, -1).entries()) {
    const entry = entryIn(line);
    if (entry === undefined) damaged.push(index + 1);
    else if ('event' in entry) kept.set(entry.number, entry.event);
    else for (const number of entry.answered) kept.delete(number);
  }
  return { kept, damaged };
}

function entryIn(line: string): JournalEntry | undefined {
  const json = line.slice(CHECK_LENGTH + 1);
  // What has its checksum was written by `journalLine`.
  if (line.slice(0, CHECK_LENGTH + 1) !== `${checkOf(json)} `) return undefined;
  const entry: JournalEntry = JSON.parse(json);
  return entry;
}

function checkOf(json: string): string {
  return createHash('sha256').update(json).digest('hex').slice(0, CHECK_LENGTH);
}
