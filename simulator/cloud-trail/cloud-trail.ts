import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { LoggedCall } from '../rules/call-log';
import { cloudTrailRecord, type CloudTrailRecord } from './cloud-trail-record';

interface CloudTrailOptions {
  /** The seller's account. */
  accountId: string;
  /** Where log files are written, in the layout of a trail's bucket. Absent: nowhere. */
  folder?: string;
  /** Learns that a log file could not be written. */
  onFailure(message: string): void;
}

/** How many records the control API shows. */
const KEPT_RECORDS = 500;
/** How long records are collected for one log file, in real time. CloudTrail itself takes minutes. */
const COLLECTED_MS = 1000;

/** CloudTrail's records of the simulator's calls. */
export class CloudTrail {
  readonly #kept: CloudTrailRecord[] = [];
  #unwritten: CloudTrailRecord[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: CloudTrailOptions) {}

  /** The newest records, oldest first. */
  get records(): readonly CloudTrailRecord[] {
    return this.#kept;
  }

  add(call: LoggedCall): void {
    const { accountId, folder } = this.options;
    const record = cloudTrailRecord(call, { accountId, requestId: randomUUID(), eventId: randomUUID() });
    if (record === undefined) return;
    this.#kept.push(record);
    if (this.#kept.length > KEPT_RECORDS) this.#kept.shift();
    if (folder === undefined) return;
    this.#unwritten.push(record);
    this.#timer ??= setTimeout(() => this.write(), COLLECTED_MS).unref();
  }

  /** Writes what is not in a log file yet. Records that cannot be written are kept for the next time. */
  write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { folder } = this.options;
    const [first] = this.#unwritten;
    if (folder === undefined || first === undefined) return;
    try {
      this.#writeFile(folder, first.eventTime);
      this.#unwritten = [];
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.options.onFailure(`CloudTrail's log file could not be written to ${folder}: ${reason}`);
    }
  }

  #writeFile(folder: string, eventTime: string): void {
    const { accountId } = this.options;
    const [day = '', time = ''] = eventTime.split('T');
    const path = join(folder, 'AWSLogs', accountId, 'CloudTrail', 'us-east-1', ...day.split('-'));
    const minute = `${day.replaceAll('-', '')}T${time.slice(0, 5).replace(':', '')}Z`;
    const name = `${accountId}_CloudTrail_us-east-1_${minute}_${randomBytes(8).toString('hex')}.json.gz`;
    mkdirSync(path, { recursive: true });
    // A reader never finds half a file: it skips this name until the file is whole.
    const unfinished = join(path, `${name}.unfinished`);
    writeFileSync(unfinished, gzipSync(JSON.stringify({ Records: this.#unwritten })));
    renameSync(unfinished, join(path, name));
  }
}
