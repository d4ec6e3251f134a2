import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import * as z from 'zod';
import { ROOT } from '../build/manifest';

export interface Tarball {
  file: string;
  /** The packed files, from the package's root, sorted. */
  files: string[];
  bytes: number;
  unpackedBytes: number;
}

const packedSchema = z.tuple([
  z.object({
    filename: z.string(),
    size: z.number(),
    unpackedSize: z.number(),
    files: z.array(z.object({ path: z.string() })),
  }),
]);

/** Packs a built package as `npm publish` would, into `dist/`. */
export async function pack(folder: string): Promise<Tarball> {
  const destination = join(ROOT, 'dist', 'tarballs');
  await mkdir(destination, { recursive: true });
  const args = ['pack', '--json', '--pack-destination', destination];
  const { stdout } = await promisify(execFile)('npm', args, { cwd: folder });
  const [{ filename, size, unpackedSize, files }] = packedSchema.parse(JSON.parse(stdout));
  return {
    file: join(destination, filename),
    files: files.map(({ path }) => path).sort(),
    bytes: size,
    unpackedBytes: unpackedSize,
  };
}

/**
 * What publint finds wrong in the package's manifest, and what arethetypeswrong finds wrong in its types for a way in which
 * TypeScript resolves them.
 */
export async function problemsOf(folder: string, tarball: Tarball): Promise<string[]> {
  const { messages, pkg } = await publint({ pkgDir: folder, level: 'suggestion', strict: true, pack: false });
  const packed = createPackageFromTarballData(new Uint8Array(await readFile(tarball.file)));
  const checked = await checkPackage(packed);
  const typeProblems =
    checked.types === false ? ['it has no types'] : checked.problems.map((each) => JSON.stringify(each));
  return [
    ...messages.map((message) => `publint: ${formatMessage(message, pkg) ?? message.code}`),
    ...typeProblems.map((problem) => `arethetypeswrong: ${problem}`),
  ];
}
