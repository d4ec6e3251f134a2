import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import type { Named } from './names';
import type { Resource } from './resources';

const propertiesSchema = z.object({
  MetricsConfigurations: z.array(z.object({ Id: z.string() })).default([]),
});

/** A bucket as a place where things end up: kept in memory and, if there is a folder, as files to look at. */
export class Bucket implements Named {
  readonly logicalId: string;
  readonly name: string;
  readonly physicalName: string;
  readonly arn: string;
  /** The ids under which its requests are counted. */
  readonly requestMetrics: string[];
  readonly #folder: string | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #objects = new Map<string, string>();

  constructor({ logicalId, name, physicalName, arn, properties }: Resource, folder: string | undefined) {
    this.logicalId = logicalId;
    this.name = name;
    this.physicalName = physicalName;
    this.arn = arn;
    this.requestMetrics = propertiesSchema.parse(properties).MetricsConfigurations.map(({ Id }) => Id);
    this.#folder = folder;
  }

  async put(key: string, body: string): Promise<void> {
    this.#objects.set(key, body);
    for (const listener of this.#listeners) listener();
    if (this.#folder === undefined) return;
    const file = join(this.#folder, this.name.replaceAll('/', '-'), key);
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
    return this.#objects.get(key);
  }
}
