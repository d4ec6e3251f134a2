import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';

/** Where a package names those that it contains. */
export const LICENSES_FILE = 'THIRD-PARTY-LICENSES.txt';

const manifest = z.object({ name: z.string(), version: z.string(), license: z.string() });
const MODULES_FOLDER = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;
const LICENSE_FILE = /^(licen[cs]e|copying|notice)(\.|-|$)/i;

/**
 * Name, version and license of every package that the files belong to, with the text that the license asks to pass on.
 *
 * @param files - from the root of the repository
 * @throws Error when a package says nothing about its license
 */
export function licensesOf(files: readonly string[]): string {
  const folders = files.flatMap((file) => MODULES_FOLDER.exec(file)?.[1] ?? []);
  return [...new Set(folders)]
    .sort()
    .map(licenseOf)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

function licenseOf(folder: string): string {
  const root = resolve(import.meta.dirname, '../..', folder);
  const file = join(root, 'package.json');
  if (!existsSync(file)) throw new Error(`${folder} has no package.json.`);
  const { name, version, license } = manifest.parse(JSON.parse(readFileSync(file, 'utf8')));
  const texts = readdirSync(root).filter((entry) => LICENSE_FILE.test(entry));
  const title = `${name} ${version} (${license})`;
  return [title, ...texts.map((text) => readFileSync(join(root, text), 'utf8').trim())].join('\n\n') + '\n';
}
