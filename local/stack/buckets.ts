import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import type { Named } from './names';
import type { Resource } from './resources';

export interface StoredObject {
  body: string;
  /** Simulated time. */
  putAtMs: number;
}

const propertiesSchema = z.object({
  MetricsConfigurations: z.array(z.object({ Id: z.string() })).default([]),
});

/** A bucket that keeps objects in memory and, given a folder, also as files. */
export class Bucket implements Named {
  readonly logicalId: string;
  readonly name: string;
  readonly physicalName: string;
  readonly arn: string;
  /** The ids of its request metrics. */
  readonly requestMetrics: string[];
  readonly #folder: string | undefined;
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();
  readonly #objects = new Map<string, StoredObject>();

  constructor(
    { logicalId, name, physicalName, arn, properties }: Resource,
    { folder, now }: { folder: string | undefined; now(): number },
  ) {
    this.logicalId = logicalId;
    this.name = name;
    this.physicalName = physicalName;
    this.arn = arn;
    this.requestMetrics = propertiesSchema.parse(properties).MetricsConfigurations.map(({ Id }) => Id);
    this.#folder = folder;
    this.#now = now;
  }

  async put(key: string, body: string): Promise<void> {
    this.#objects.set(key, { body, putAtMs: this.#now() });
    for (const listener of this.#listeners) listener();
    const file = this.#file(key);
    if (file === undefined) return;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, body);
  }

  onPut(listener: () => void): void {
    this.#listeners.add(listener);
  }

  keys(): string[] {
    return [...this.#objects.keys()];
  }

  get(key: string): string | undefined {
    return this.#objects.get(key)?.body;
  }

  /** Sorted by key, as in S3. */
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

  /** A key is a text in S3, whatever it looks like, so no part of it may lead out of the folder. */
  #file(key: string): string | undefined {
    const parts = key.split(/[/\\]/).map((part) => (/^\.*$/.test(part) ? `${part}_` : part));
    return this.#folder && join(this.#folder, this.name.replaceAll('/', '-'), ...parts);
  }
}
