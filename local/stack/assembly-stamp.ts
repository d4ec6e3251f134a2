import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** What an assembly was made from: the digest of each source file, and of what was made. */
const stampSchema = z.object({ made: z.string(), sources: z.record(z.string(), z.string()) });

const stampFile = (assembly: string) => join(assembly, 'made-from.json');

/** Why the assembly does not hold what its sources say; undefined when it does. Contents count, not times of files. */
export function changedSince(assembly: string, sources: readonly string[]): string | undefined {
  if (!existsSync(join(assembly, 'manifest.json'))) return 'it does not exist yet';
  const known = readStamp(assembly);
  if (known?.made !== digestOfMade(assembly)) return 'it is not known what it was made from';
  const now = digestsOf(sources);
  const names = [...new Set([...Object.keys(known.sources), ...Object.keys(now)])].sort();
  const changed = names.find((name) => known.sources[name] !== now[name]);
  return changed === undefined ? undefined : `${changed} has changed`;
}

/** Remembers the sources as they are before the synthesis. @returns what to call after it */
export function stamp(assembly: string, files: readonly string[]): () => void {
  const sources = digestsOf(files);
  return () => writeFileSync(stampFile(assembly), JSON.stringify({ made: digestOfMade(assembly), sources }));
}

function readStamp(assembly: string): z.infer<typeof stampSchema> | undefined {
  try {
    return stampSchema.parse(JSON.parse(readFileSync(stampFile(assembly), 'utf8')));
  } catch {
    // Made by `cdk synth`, perhaps with another configuration.
    return undefined;
  }
}

/** The templates and manifests. They name the bundles by their content. */
function digestOfMade(assembly: string): string {
  const files = readdirSync(assembly).filter((name) => name.endsWith('.json') && name !== 'made-from.json');
  return digest(
    files
      .sort()
      .map((name) => digest(readFileSync(join(assembly, name))))
      .join(),
  );
}

function digestsOf(sources: readonly string[]): Record<string, string> {
  return Object.fromEntries(sources.flatMap(filesBelow).map((file) => [file, digest(readFileSync(file))]));
}

const digest = (content: string | Buffer) => createHash('sha256').update(content).digest('hex').slice(0, 16);

function filesBelow(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
