import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Named } from './names';
import type { Resource } from './resources';

export interface StoredObject {
  body: string;
  /** Simulated time. */
  putAtMs: number;
}

/** A bucket as a place where things end up: kept in memory and, if there is a folder, as files to look at. */
export class Bucket implements Named {
  readonly logicalId: string;
  readonly name: string;
  readonly physicalName: string;
  readonly arn: string;
  readonly #folder: string | undefined;
  readonly #now: () => number;
  readonly #objects = new Map<string, StoredObject>();

  constructor(
    { logicalId, name, physicalName, arn }: Resource,
    { folder, now }: { folder: string | undefined; now(): number },
  ) {
    this.logicalId = logicalId;
    this.name = name;
    this.physicalName = physicalName;
    this.arn = arn;
    this.#folder = folder;
    this.#now = now;
  }

  async put(key: string, body: string): Promise<void> {
    this.#objects.set(key, { body, putAtMs: this.#now() });
    const file = this.#file(key);
    if (file === undefined) return;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, body);
  }

  keys(): string[] {
    return [...this.#objects.keys()];
  }

  get(key: string): string | undefined {
    return this.#objects.get(key)?.body;
  }

  /** In the order of their keys, as S3 lists them. */
  list(prefix: string): ({ key: string } & StoredObject)[] {
    return [...this.#objects]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, object]) => ({ key, ...object }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async delete(key: string): Promise<void> {
    this.#objects.delete(key);
    const file = this.#file(key);
    if (file !== undefined) await rm(file, { force: true });
  }

  #file(key: string): string | undefined {
    return this.#folder && join(this.#folder, this.name.replaceAll('/', '-'), key);
  }
}
