import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import * as z from 'zod';

/** What `cdk synth` wrote for the last release: the files of its assembly, packed into one. */
export const PACKED_FILE = join(import.meta.dirname, 'last-release.json.br');
/** What is in the packed file, for people and for a test. */
const MANIFEST_FILE = join(import.meta.dirname, 'manifest.json');

const manifestSchema = z.object({
  /** The git commit that it was built from. */
  commit: z.string().regex(/^[\da-f]{40}$/),
  /** SHA-256 of the packed file. */
  packed: z.string(),
  /** SHA-256 of each file in it, by its path in the assembly. */
  files: z.record(z.string(), z.string()),
});
export type ReleaseManifest = z.infer<typeof manifestSchema>;

const packedSchema = z.record(z.string(), z.string());

/** What the CDK CLI deploys: the template, what it refers to, and the functions. What else CDK writes, nobody needs. */
const WANTED = /^(manifest\.json|[\w-]+\.(template|assets|metadata)\.json|asset\.\w+\/index\.mjs)$/;

/** Packs an assembly, and writes its manifest. @returns the size in bytes */
export function packRelease(assembly: string, commit: string): number {
  const paths = readdirSync(assembly, { recursive: true, encoding: 'utf8' }).sort();
  const texts = paths
    .filter((path) => WANTED.test(path))
    .map((path) => [path, readFileSync(join(assembly, path), 'utf8')]);
  const text = JSON.stringify(Object.fromEntries(texts));
  // The bundles are much alike: the window reaches from each to the one before it.
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: Buffer.byteLength(text),
  };
  const packed = brotliCompressSync(text, { params });
  const files = Object.fromEntries(texts.map(([path = '', content = '']) => [path, sha256(content)]));
  writeFileSync(PACKED_FILE, packed);
  const manifest: ReleaseManifest = { commit, packed: sha256(packed), files };
  writeFileSync(MANIFEST_FILE, `${JSON.stringify(manifest, undefined, 2)}\n`);
  return packed.length;
}

export function readManifest(): ReleaseManifest {
  return manifestSchema.parse(JSON.parse(readFileSync(MANIFEST_FILE, 'utf8')));
}

/** The files of the assembly, by their paths in it. */
export function packedFiles(): Record<string, string> {
  return packedSchema.parse(JSON.parse(brotliDecompressSync(readFileSync(PACKED_FILE)).toString('utf8')));
}

/** Writes the assembly of the last release into a folder, as `cdk synth` did. */
export function unpackRelease(folder: string): void {
  for (const [path, text] of Object.entries(packedFiles())) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
