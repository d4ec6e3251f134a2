import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Named } from './names';
import type { Resource } from './resources';

/** A bucket as a place where things end up: kept in memory and, if there is a folder, as files to look at. */
export class Bucket implements Named {
  readonly logicalId: string;
  readonly name: string;
  readonly physicalName: string;
  readonly arn: string;
  readonly #folder: string | undefined;
  readonly #objects = new Map<string, string>();

  constructor({ logicalId, name, physicalName, arn }: Resource, folder: string | undefined) {
    this.logicalId = logicalId;
    this.name = name;
    this.physicalName = physicalName;
    this.arn = arn;
    this.#folder = folder;
  }

  async put(key: string, body: string): Promise<void> {
    this.#objects.set(key, body);
    if (this.#folder === undefined) return;
    const file = join(this.#folder, this.name.replaceAll('/', '-'), key);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, body);
  }

  keys(): string[] {
    return [...this.#objects.keys()];
  }

  get(key: string): string | undefined {
    return this.#objects.get(key);
  }
}
